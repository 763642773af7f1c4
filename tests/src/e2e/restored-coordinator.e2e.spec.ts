/** A backup of a running study is put back elsewhere: the study goes on there to its end. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { EventBoard } from '@consilium/demo/event-board';
import { type Federation, STUDY_COORDINATOR } from '@consilium/demo/federation';
import { type JsonEvent, runCommand, runJson } from '@consilium/demo/program';
import { bundleLogSchema, BUNDLE_PATHS, leafSchema } from '@consilium/shared/protocol';
import { ROLE_RIGHTS } from '@consilium/shared/vocabulary';
import { parse, stringify } from 'yaml';
import { freePort } from '../support/free-port.js';
import {
  type FinishedFederation,
  runSmallFederation,
  verifyBundleFolder,
} from '../support/small-federation.js';

const QUIET_MS = 3000;
const ROUNDS = 3;

describe('a coordinator that is restored from a backup', () => {
  let study: FinishedFederation;
  let backup: string;
  let passphraseFile: string;
  let config: string;

  /** Puts the backup into a new data folder, and lets the configuration name that. */
  async function restoreInto(name: string, ...checkpoint: readonly string[]): Promise<void> {
    const settings = parse(await readFile(config, 'utf8')) as { dataFolder: string };
    const dataFolder = join(config, '..', name);
    await runCommand('coordinator', [
      ...['restore', backup, '--home', dataFolder, '--passphrase-file', passphraseFile, '--yes'],
      ...['--config', config, ...checkpoint],
    ]);
    await writeFile(config, stringify({ ...settings, dataFolder }));
  }

  async function moveCoordinator(
    federation: Federation,
    board: EventBoard,
    sites: readonly string[],
    folder: string,
  ): Promise<void> {
    const [away = ''] = sites;
    ({ config } = federation);
    await federation.fleet.kill(away);
    const newest = join(config, '..', 'data', 'log-checkpoint');
    await untilQuiet(newest);
    passphraseFile = join(folder, 'passphrase');
    await writeFile(passphraseFile, 'correct horse battery staple\n');
    backup = join(folder, 'coordinator.backup');
    const before = await readFile(newest, 'utf8');
    await runCommand('coordinator', [
      ...['backup', '--out', backup, '--passphrase-file', passphraseFile, '--config', config],
    ]);
    await federation.fleet.kill('coordinator');
    expect(await readFile(newest, 'utf8')).toBe(before);
    await restoreInto('restored', '--checkpoint', newest);
    federation.fleet.restart('coordinator');
    federation.fleet.restart(away);
    const isListening = ({ event }: JsonEvent): boolean => event === 'listening';
    await board.anyOne(
      ['coordinator'],
      () => board.of('coordinator').filter(isListening).length > 1,
    );
    await newToken(federation, folder);
  }

  beforeAll(async () => {
    study = await runSmallFederation({
      rounds: ROUNDS,
      port: await freePort(),
      disturb: (federation, board, sites, { folder }) =>
        moveCoordinator(federation, board, sites, folder),
    });
  }, 300_000);

  afterAll(() => study.remove());

  it('goes on with the study, says so in the log, and its bundle verifies', async () => {
    expect(await verifyBundleFolder(study.bundle)).toEqual({
      ...{ code: 0, verified: true, failures: [] },
    });
    const records = study.evidence.attempts.filter(({ record }) => record !== undefined);
    expect(records).toHaveLength(ROUNDS);
    const log: unknown = JSON.parse(await readFile(join(study.bundle, BUNDLE_PATHS.log), 'utf8'));
    const leaves = bundleLogSchema
      .parse(log)
      .leaves.map(({ leaf }) => leafSchema.parse(JSON.parse(leaf)));
    expect(leaves.filter(({ type }) => type === 'backup.restored')).toHaveLength(1);
    expect(leaves).toContainEqual(
      expect.objectContaining({
        type: 'round.aborted',
        reason: 'the coordinator was restored from a backup',
      }),
    );
  });
});

/** Until nothing more is signed: everybody waits for the site that is away. */
async function untilQuiet(newest: string): Promise<void> {
  for (let before = ''; ; await delay(QUIET_MS)) {
    const now = await readFile(newest, 'utf8');
    if (now === before) {
      return;
    }
    before = now;
  }
}

/** Tokens are in no backup: whoever holds the machine makes an administrator, who lets the study coordinator in again. */
async function newToken({ config, url, operator }: Federation, folder: string): Promise<void> {
  const administrator = join(folder, 'new-administrator.token');
  await runCommand('coordinator', [
    ...['create-admin', 'new-administrator', '--token-file', administrator, '--config', config],
  ]);
  const place = ['--url', url];
  const as = [...place, '--token-file', administrator];
  const people = (await runJson('operator', ['operator', 'list', ...as])) as readonly {
    readonly operatorId: string;
    readonly name: string;
  }[];
  const person = people.find(({ name }) => name === STUDY_COORDINATOR);
  const activation = join(folder, 'renewed.activation');
  await runCommand('operator', [
    ...['operator', 'renew', person?.operatorId ?? '', '--out', activation, ...as],
  ]);
  const token = operator[operator.indexOf('--token-file') + 1] ?? '';
  await rm(token);
  const rights = ROLE_RIGHTS['study-coordinator'].rights.flatMap((right) => ['--right', right]);
  await runCommand('operator', [
    ...['login', '--activation-file', activation, '--out', token, ...rights, ...place],
  ]);
}
