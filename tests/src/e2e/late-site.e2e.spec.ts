/** A hospital joins a study whose rounds run already, by the words of the README alone. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DEMO_STUDY_ID } from '@consilium/demo/demo-study';
import type { EventBoard } from '@consilium/demo/event-board';
import { agentHome, type Federation } from '@consilium/demo/federation';
import { commandOutcome, runCommand, runJson } from '@consilium/demo/program';
import { SHIPPED_BACKBONE } from '@consilium/demo/shipped-backbone';
import { stringify } from 'yaml';
import {
  runSmallFederation,
  verifyBundleFolder,
  type FinishedFederation,
} from '../support/small-federation.js';

const README = join(__dirname, '../../../README.md');
const ROUNDS = 3;

/** The lines of the README's section that begin with one of the two prompts. */
async function commandsOf(prompt: 'hospital' | 'consortium'): Promise<readonly string[]> {
  const [, section = ''] = (await readFile(README, 'utf8')).split('## A hospital joins');
  const [lines = ''] = section.split('\n## ');
  return lines
    .split('\n')
    .filter((line) => line.startsWith(`    ${prompt}$`))
    .map((line) => line.replace(/^ *\w+\$ +/, ''));
}

/** The arguments of a line, with the placeholders filled in. */
function argumentsOf(line: string, names: Readonly<Record<string, string>>): string[] {
  const [, ...words] = line.match(/"[^"]*"|\S+/g) ?? [];
  return words.map((word) => names[word] ?? word);
}

interface Late {
  readonly federation: Federation;
  readonly board: EventBoard;
  readonly folder: string;
  readonly pictures: string;
  readonly site: string;
  /** Who takes part already. */
  readonly members: readonly string[];
}

/** The newcomer knows the others' keys, as hospitals that work together do: else it would ask again before its first round. */
async function writePolicy(home: string, { folder, members }: Late): Promise<void> {
  const known = await Promise.all(
    members.map(async (site) => {
      const status = await runJson('agent', ['status', '--home', agentHome({ folder }, site)]);
      return { site, key: (status as { readonly identityKey: string }).identityKey };
    }),
  );
  const policy = { members: { known, atLeastKnown: 2 } };
  await writeFile(join(home, 'policy.yaml'), stringify(policy));
}

/** What the hospital and the consortium type. */
async function joinLate(late: Late): Promise<void> {
  const { federation, board, folder, pictures, site } = late;
  const home = agentHome({ folder }, site);
  const invite = join(home, 'invite.txt');
  const names = {
    ...{ HOME: home, SITE: site, URL: federation.url, STUDY: DEMO_STUDY_ID },
    'invite.txt': invite,
  };
  await mkdir(home, { recursive: true });
  const study = { study: DEMO_STUDY_ID, data: pictures, siteColumn: site };
  const config = {
    coordinator: federation.url,
    studies: [{ ...study, backbone: SHIPPED_BACKBONE }],
  };
  await writeFile(join(home, 'agent.yaml'), stringify(config));
  await writePolicy(home, late);
  const [enrol = '', run = '', show = '', approve = '', ...more] = await commandsOf('hospital');
  const [inviting = '', letIn = ''] = await commandsOf('consortium');
  expect(more).toEqual([]);
  const [asking = ''] = inviting.split(' > ');
  const secret = await runCommand('operator', [
    ...argumentsOf(asking, names),
    ...federation.operator,
  ]);
  await writeFile(invite, secret, { mode: 0o600 });
  const printed = await runCommand('agent', argumentsOf(enrol, names));
  const words = /words +([a-z]+(?: [a-z]+){5})\n/.exec(printed)?.[1] ?? '';
  const readOut = argumentsOf(letIn, names).map((word) => (word.startsWith('"') ? words : word));
  await runCommand('operator', [...readOut, ...federation.approver]);
  federation.fleet.start({
    ...{ name: site, program: 'agent', args: argumentsOf(run, names) },
    logFile: join(folder, `${site}.log`),
    onEvent: (event) => board.add(site, event),
  });
  while ((await commandOutcome('agent', argumentsOf(show, names))).code !== 0) {
    await pause(200);
  }
  await runCommand('agent', argumentsOf(approve, names));
  await federation.fleet.whileRunning(board.everyOne([site], ({ event }) => event === 'joined'));
}

describe('a hospital that comes when the rounds run already', () => {
  let study: FinishedFederation;
  let site = '';

  beforeAll(async () => {
    study = await runSmallFederation({
      rounds: ROUNDS,
      late: 1,
      imagesPerSite: 16,
      disturb: async (federation, board, members, place) => {
        const [first = ''] = members;
        [site = ''] = place.late;
        await board.everyOne([first], ({ event, round }) => event === 'trained' && round === 1);
        // The second round waits for this one, so that the study is not over before the newcomer is there.
        await federation.fleet.kill(first);
        await joinLate({ federation, board, site, members, ...place });
        federation.fleet.restart(first);
        await board.everyOne([site], ({ event, round }) => event === 'result' && round === ROUNDS);
      },
    });
  }, 300_000);

  afterAll(() => study.remove());

  it('takes part from the next manifest on and reaches the same adapter', () => {
    const { attempts } = study.evidence;
    const inRound = (round: number) => attempts.find(({ manifest }) => manifest.roundNo === round);
    expect(inRound(1)?.manifest.cohort).not.toContain(site);
    expect(inRound(ROUNDS)?.manifest.cohort).toContain(site);
    const last = inRound(ROUNDS)?.record;
    expect(last?.survivors).toContain(site);
  });

  it('is in a bundle that verifies: its approval by two people, its roster, its rounds', async () => {
    const verdict = await verifyBundleFolder(study.bundle);
    expect(verdict).toEqual({ code: 0, verified: true, failures: [] });
  });
});
