import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseStudyId } from '@consilium/shared/vocabulary';
import { ActsService } from '../acts/acts.service.js';
import { Federation, studyFile } from '../bundles/testing/federation.js';
import { BackbonesService } from '../models/backbones.service.js';
import { BACKBONE } from '../models/testing/backbone.js';
import { StudyOpening } from '../studies/study-opening.js';
import { run } from './run.js';

const STUDY = parseStudyId('smears');

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

describe('consilium key and consilium act', () => {
  let federation: Federation;
  let folder: string;
  let passphrase: string;

  beforeAll(async () => {
    federation = await Federation.start([]);
    await federation.get(BackbonesService).register(BACKBONE);
    await federation.get(StudyOpening).open(studyFile(STUDY));
    folder = mkdtempSync(join(tmpdir(), 'consilium-spec-'));
    passphrase = fileOf('passphrase', 'a long walk by the sea\n');
    fileOf('token', federation.application.token);
  });

  afterAll(async () => {
    await federation.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function fileOf(name: string, text: string): string {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  }

  async function consilium(...args: readonly string[]): Promise<Outcome> {
    let out = '';
    let err = '';
    const shared = ['--url', federation.application.url, '--token-file', join(folder, 'token')];
    const code = await run([...args, ...shared], {
      print: (text) => (out += text),
      say: (text) => (err += text),
    });
    return { code, out, err };
  }

  const create = (name: string, ...how: readonly string[]): Promise<Outcome> =>
    consilium('key', 'create', '--out', join(folder, name), ...how);

  const sign = (key: string, ...args: readonly string[]): Promise<Outcome> =>
    consilium('act', 'sign', ...args, '--key', key);

  const count = async (): Promise<number> => (await federation.get(ActsService).list(STUDY)).length;

  it('sign from a key in a file of its owner to a leaf of the log', async () => {
    const made = await create('plain.key', '--no-passphrase', '--json');
    const { keyId } = (JSON.parse(made.out) as { data: { keyId: string } }).data;
    const key = join(folder, 'plain.key');
    expect(statSync(key).mode & 0o777).toBe(0o600);
    expect((await create('plain.key', '--no-passphrase')).err).toContain('exists');
    expect((await consilium('key', 'register', '--key', key)).code).toBe(0);
    expect((await consilium('key', 'list')).out).toContain(keyId);

    const shown = await sign(key, 'study-approved', STUDY);
    expect(shown.err).toMatch(/^I have read the protocol sha256:[0-9a-f]{64} of the study smears/);
    expect(shown.err).toContain('add --yes to sign this');
    expect(await count()).toBe(0);
    expect((await sign(key, 'study-approved', STUDY, '--yes')).code).toBe(0);
    const text = fileOf('statement.txt', 'Nobody was asked yet.\n');
    expect((await sign(key, 'statement', STUDY, '--text-file', text, '--yes')).code).toBe(0);
    expect((await consilium('act', 'list', STUDY)).out).toContain('Nobody was asked yet.');
    expect(await count()).toBe(2);

    expect((await consilium('key', 'remove', keyId, '--yes')).code).toBe(0);
    expect((await sign(key, 'study-approved', STUDY, '--yes')).err).toContain('you have no key');
    expect(await count()).toBe(2);
  });

  it('keep the secret half under a passphrase', async () => {
    await create('sealed.key', '--passphrase-file', passphrase);
    const key = join(folder, 'sealed.key');
    const { secret } = JSON.parse(readFileSync(key, 'utf8')) as { secret: { kind: string } };
    expect(secret.kind).toBe('scrypt');
    const register = (...how: readonly string[]): Promise<Outcome> =>
      consilium('key', 'register', '--key', key, ...how);
    const wrong = fileOf('wrong', 'a short walk\n');
    expect((await register('--passphrase-file', wrong)).code).not.toBe(0);
    expect((await register()).err).toContain('has a passphrase');
    expect((await register('--passphrase-file', passphrase)).code).toBe(0);
  });

  it('refuse a key file that others may read, or that is none', async () => {
    await create('open.key', '--no-passphrase');
    chmodSync(join(folder, 'open.key'), 0o644);
    const readable = await sign(join(folder, 'open.key'), 'study-approved', STUDY, '--yes');
    expect(readable.err).toContain('can be read by others');
    const none = fileOf('none.key', '{"secret":"sesame"}');
    chmodSync(none, 0o600);
    const outcome = await sign(none, 'study-approved', STUDY, '--yes');
    expect([outcome.code, outcome.err.includes('is no key file')]).toEqual([4, true]);
    expect(outcome.err).not.toContain('sesame');
    expect((await create('asked.key')).err).toContain('no passphrase');
  });

  it.each([
    ['an unknown act', ['other', STUDY], 4],
    ['a statement without text', ['statement', STUDY], 4],
    ['an adapter before there is one', ['adapter-accepted', STUDY], 1],
    ['a study that does not exist', ['study-approved', 'none'], 4],
  ])('refuse %s', async (_, args, code) => {
    await create('any.key', '--no-passphrase');
    expect((await sign(join(folder, 'any.key'), ...args)).code).toBe(code);
  });
});
