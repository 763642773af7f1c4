import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contentHash, generateSigningKeyPair, keyIdOf, signBody } from '@consilium/shared/crypto';
import { canonicalJson, toBase64, utf8 } from '@consilium/shared/encoding';
import { formatCheckpoint, signNote } from '@consilium/shared/log';
import { BUNDLE_PATHS, type BundleIndex } from '@consilium/shared/protocol';
import { bundleFromFiles, verifyBundle } from '@consilium/shared/verify';
import { parseOperatorId, parseStudyId } from '@consilium/shared/vocabulary';
import { BACKBONE } from '../models/testing/backbone.js';
import { Federation, studyFile } from '../bundles/testing/federation.js';
import { testOperator } from '../platform/testing/test-operator.js';
import { run } from './run.js';

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function consilium(...args: readonly string[]): Promise<Outcome> {
  let out = '';
  let err = '';
  const code = await run(args, {
    print: (text) => (out += text),
    say: (text) => (err += text),
  });
  return { code, out, err };
}

const dataOf = (out: string): unknown => (JSON.parse(out) as { readonly data: unknown }).data;

const STUDY = parseStudyId('smears');

// A study trains for seconds on a busy machine.
jest.setTimeout(30_000);

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'consilium-spec-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function fileOf(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

describe('consilium, against a coordinator', () => {
  let federation: Federation;
  let operator: string[];
  /** Somebody else than who invites. */
  let approver: string[];

  beforeAll(async () => {
    federation = await Federation.start(['northgate', 'southside']);
    const token = fileOf('operator.token', `${federation.application.token}\n`);
    operator = ['--url', federation.application.url, '--token-file', token];
    const other = testOperator({ operatorId: parseOperatorId('op-ba9876543210') });
    federation.application.actors.set('token-of-another', other);
    const file = fileOf('approver.token', 'token-of-another\n');
    approver = ['--url', federation.application.url, '--token-file', file];
  });

  afterAll(() => federation.close());

  const ask = (...args: readonly string[]): Promise<Outcome> => consilium(...args, ...operator);
  const askJson = async (...args: readonly string[]): Promise<unknown> =>
    dataOf((await ask(...args, '--json')).out);

  it('runs a study from the first invite to the exported evidence', async () => {
    for (const site of federation.sites) {
      const { invite } = (await askJson('site', 'invite', site.siteId)) as { invite: string };
      const reply = await federation.application.fetch('/v1/enrolments', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(site.enrolment(invite)),
      });
      expect(reply.status).toBe(201);
      const keyId = keyIdOf(site.identity.publicKey);
      const approve = ['site', 'approve', site.siteId, '--key-id', keyId];
      const own = await ask(...approve);
      expect([own.code, own.out]).toEqual([2, '']);
      expect((await consilium(...approve, ...approver)).code).toBe(0);
    }
    const backbone = fileOf('backbone.json', JSON.stringify(BACKBONE));
    expect(await askJson('backbone', 'register', backbone)).toEqual(BACKBONE);
    const study = fileOf('study.yaml', studyFile(STUDY));
    expect(await askJson('study', 'create', study)).toMatchObject({ phase: 'recruiting' });
    await federation.deliver();
    expect(await askJson('study', 'start', STUDY)).toMatchObject({ phase: 'running' });
    await federation.runToEnd(STUDY);
    expect(await askJson('study', 'show', STUDY)).toMatchObject({
      phase: 'completed',
      rounds: { committed: 2, total: 2 },
    });
    const rounds = [{ roundNo: 1 }, { roundNo: 2 }];
    expect(await askJson('rounds', STUDY)).toMatchObject(rounds);
    expect(await askJson('round', 'ls', STUDY)).toMatchObject(rounds);
    expect(await askJson('round', 'show', STUDY, '2')).toMatchObject({ roundNo: 2 });
    expect((await ask('round', 'show', STUDY, '3')).code).toBe(4);
    expect(await askJson('study', 'evaluations', STUDY)).toEqual([]);
    expect(await askJson('sites')).toHaveLength(2);
    expect(await askJson('site', 'list')).toHaveLength(2);
  });

  it('writes a bundle that verifies', async () => {
    const out = join(folder, 'bundle');
    const { code, err } = await ask('bundle', 'export', STUDY, '--out', out);
    expect([code, err]).toEqual([0, expect.stringContaining('adapters/2.safetensors')]);
    const names = readdirSync(out, { recursive: true, withFileTypes: true });
    const files = names
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => ({
        path: file.slice(out.length + 1),
        bytes: new Uint8Array(readFileSync(file)),
      }));
    const { identity, log } = federation.application.keys;
    const pinned = { coordinatorKey: identity.publicKey, logKey: log.publicKey };
    expect(verifyBundle(bundleFromFiles(files), pinned)).toMatchObject({
      verified: true,
      state: 'completed',
    });
  });

  it('proves that the log only grew since a checkpoint that was kept', async () => {
    const { log } = federation.application.keys;
    const key = ['--log-key', toBase64(log.publicKey)];
    const note = join(folder, 'may.note');
    const saved = (await askJson('audit', 'checkpoint', 'save', note, ...key)) as { size: number };
    expect(await askJson('audit', 'show', '0')).toMatchObject({
      index: 0,
      leaf: expect.anything() as unknown,
    });
    expect((await ask('audit', 'show', '99999')).code).toBe(4);
    const same = await ask('audit', 'checkpoint', 'compare', note, ...key);
    expect([same.code, same.out]).toEqual([0, expect.stringContaining('Nothing was rewritten')]);
    const other = ['--log-key', toBase64(generateSigningKeyPair().publicKey)];
    expect((await ask('audit', 'checkpoint', 'compare', note, ...other)).code).toBe(2);
    const body = formatCheckpoint({
      origin: 'consilium.local/log',
      size: saved.size,
      root: new Uint8Array(32),
    });
    const forged = fileOf('forged.note', signNote(body, 'consilium.local/log', log));
    const refused = await ask('audit', 'checkpoint', 'compare', forged, ...key, '--json');
    expect([refused.code, JSON.parse(refused.out)]).toMatchObject([
      1,
      { error_code: 'proof-invalid' },
    ]);
  });

  it('watches a study to its end', async () => {
    expect((await ask('round', 'watch', STUDY)).out).toBe('smears is completed: 2 of 2 rounds.\n');
    const refused = await ask('round', 'abandon', STUDY, '--reason', 'it is over');
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('under way')]);
  });

  it('writes the newest adapter under the hash that the log has', async () => {
    const out = join(folder, 'adapter.safetensors');
    const written = (await askJson('adapter', 'export', STUDY, '--out', out)) as { hash: string };
    const { adapterCheckpointHash } = (await askJson('study', 'show', STUDY)) as {
      adapterCheckpointHash: string;
    };
    expect(written).toEqual({
      file: out,
      hash: adapterCheckpointHash,
      bytes: readFileSync(out).length,
    });
    expect(contentHash(new Uint8Array(readFileSync(out)))).toBe(adapterCheckpointHash);
  });

  it('writes the adapter of a round, and none of a round that there was not', async () => {
    const [out, none] = [join(folder, 'first.safetensors'), join(folder, 'none.safetensors')];
    await askJson('adapter', 'export', STUDY, '--round', '0', '--out', out);
    expect(readFileSync(out).includes('head.weight')).toBe(true);
    const { code, err } = await ask('adapter', 'export', STUDY, '--round', '9', '--out', none);
    expect([code, err]).toEqual([4, expect.stringContaining('checkpoint of round 9')]);
  });

  it('touches neither a folder that is not empty nor a file that exists', async () => {
    const full = join(folder, 'full');
    mkdirSync(full);
    writeFileSync(join(full, 'note'), 'mine');
    const bundle = await ask('bundle', 'export', STUDY, '--out', full);
    expect([bundle.code, bundle.out]).toEqual([1, '']);
    expect(bundle.err).toContain('is not empty: name a new folder with --out');
    const adapter = await ask('adapter', 'export', STUDY, '--out', join(full, 'note'));
    expect([adapter.code, adapter.out]).toEqual([1, '']);
    expect(readdirSync(full)).toEqual(['note']);
    expect(readFileSync(join(full, 'note'), 'utf8')).toBe('mine');
  });

  it('leaves no half file behind when there is nothing to export', async () => {
    const out = join(folder, 'nothing');
    const { code, err } = await ask('adapter', 'export', 'none', '--out', out);
    expect([code, existsSync(out)]).toEqual([4, false]);
    expect(err).toContain('there is no study none');
  });

  it('prints with --json what the coordinator sent, and words elsewhere', async () => {
    const { out, err } = await ask('invite', 'westend', '--json');
    expect(Object.keys(dataOf(out) as object).sort()).toEqual(['expiresAtMs', 'invite', 'siteId']);
    expect(err).toContain('Hand this invite to westend over a channel that nobody else reads.');
  });

  it('prints an invite alone, so that it can be piped', async () => {
    const { out } = await ask('invite', 'westend');
    expect(out).toMatch(/^[A-Za-z0-9+/]{43}=\n$/);
  });

  it('prints answers for people without --json', async () => {
    const { out } = await ask('sites');
    const [head, first] = out.split('\n');
    expect(head).toMatch(/^site +status +connected +lastSeenAt +uptime +engine +agent +refuses/);
    expect(first).toMatch(/^northgate +active +false +never +0%( +[a-z]+){6}$/);
    expect((await ask('study', 'evaluations', STUDY)).out).toBe('none\n');
    expect((await ask('study', 'show', STUDY)).out).toContain('phase: completed\n');
  });

  it('says what is wrong with a study file, all at once', async () => {
    const bad = fileOf('bad.yaml', studyFile('Bad Name').replace('rounds: 2', 'rounds: 0'));
    const { code, out, err } = await ask('study', 'create', bad);
    expect([code, out]).toEqual([4, '']);
    expect(err).toContain('study:');
    expect(err).toContain('training.rounds:');
    expect(err).toContain('Correct every listed fault in the file.');
  });

  it.each([
    [4, 'there is no study none', ['study', 'show', 'none']],
    [1, 'there is a study smears already', ['study', 'create', '@study.yaml']],
    [1, 'the study is completed', ['study', 'start', 'smears']],
    [4, 'study id: expected', ['study', 'show', '../sites']],
    [4, 'site id: expected', ['invite', 'constructor']],
    [4, 'cannot be read', ['backbone', 'register', '@absent.json']],
    [4, "unknown command 'studies'", ['studies']],
    [4, "missing required argument 'id'", ['study', 'show']],
    [4, "required option '--out <folder>'", ['bundle', 'export', 'smears']],
  ])('ends with %i and says "%s"', async (expected, words, args) => {
    const files = args.map((arg) => arg.replace('@', `${folder}/`));
    const { code, out, err } = await ask(...files);
    expect([code, out]).toEqual([expected, '']);
    expect(err).toContain(words);
  });

  it('ends with 2 when the token is not the operator’s', async () => {
    const token = fileOf('wrong.token', 'x'.repeat(64));
    const { url } = federation.application;
    const { code, err } = await consilium('sites', '--url', url, '--token-file', token);
    expect([code, err]).toEqual([2, expect.stringContaining('present a token that is valid')]);
  });
});

describe('consilium, without a coordinator', () => {
  it('ends with 2 when nothing answers', async () => {
    const token = fileOf('some.token', 'x'.repeat(64));
    const { code, err } = await consilium(
      'sites',
      '--url',
      'http://127.0.0.1:1',
      '--token-file',
      token,
    );
    expect([code, err]).toEqual([
      2,
      expect.stringContaining('http://127.0.0.1:1/ does not answer'),
    ]);
  });

  it.each([
    ['--token-file', ['sites']],
    ['expected a token on one line', ['sites', '--token-file', '@empty']],
    ['cannot be read', ['sites', '--token-file', '@absent']],
    ['--url: expected an address', ['sites', '--token-file', '@token', '--url', 'ftp://host']],
    ['--url: expected an address', ['sites', '--token-file', '@token', '--url', 'http://a:b@host']],
  ])('ends with 4 and says "%s"', async (words, args) => {
    fileOf('empty', '\n');
    fileOf('token', 'x'.repeat(64));
    const { code, err } = await consilium(...args.map((arg) => arg.replace('@', `${folder}/`)));
    expect([code, err]).toEqual([4, expect.stringContaining(words)]);
  });

  it('explains itself', async () => {
    const { code, out } = await consilium('bundle', 'export', '--help');
    expect([code, out]).toEqual([0, expect.stringContaining('--token-file <file>')]);
  });
});

describe('consilium, against something else than an honest coordinator', () => {
  let server: Server;
  let answer: (path: string) => { status?: number; body: string | Uint8Array; location?: string };
  let access: string[];

  beforeAll(async () => {
    server = createServer((request, response) => {
      const { status = 200, body, location } = answer(request.url ?? '');
      response.writeHead(status, location === undefined ? {} : { location }).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const token = fileOf('any.token', 'x'.repeat(64));
    access = ['--url', `http://127.0.0.1:${port}`, '--token-file', token];
  });

  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it.each([
    ['a page', { body: '<html></html>' }],
    ['an error page', { status: 502, body: '<html></html>' }],
    ['a redirect', { status: 302, body: '', location: 'http://127.0.0.1:1/' }],
  ])('ends with 2 on %s', async (_, reply) => {
    answer = () => reply;
    const { code, out } = await consilium('sites', ...access);
    expect([code, out]).toEqual([2, '']);
  });

  const log = utf8('{}');
  const entry = { path: 'log.json', hash: contentHash(log), bytes: log.length };

  function serveBundle(files: BundleIndex['files'], content: Uint8Array): void {
    const key = generateSigningKeyPair();
    const publicKey = toBase64(key.publicKey);
    const body: BundleIndex = {
      format: 'consilium-bundle',
      v: 1,
      studyId: STUDY,
      origin: 'consilium.local/log',
      coordinatorKey: publicKey,
      logKey: publicKey,
      createdAtMs: 0,
      files,
    };
    const index = canonicalJson({ index: signBody('bundle', body, key) });
    answer = (path) => ({ body: path.includes('/file?') ? content : index });
  }

  it.each([
    ['other bytes', [entry], utf8('[]')],
    ['too many bytes', [entry], utf8('{}{}')],
    ['too few bytes', [entry], utf8('{')],
    ['a path out of the folder', [{ ...entry, path: 'a/../../log.json' }], log],
    ['a hidden path', [{ ...entry, path: 'a/.git' }], log],
    ['an index in the index', [{ ...entry, path: BUNDLE_PATHS.index }], log],
    ['the same file twice', [entry, entry], log],
  ])('writes nothing of a bundle with %s', async (_, files, content) => {
    serveBundle(files, content);
    const out = join(folder, 'refused');
    const { code, out: printed } = await consilium(
      'bundle',
      'export',
      STUDY,
      '--out',
      out,
      ...access,
    );
    expect(code).not.toBe(0);
    expect(printed).toBe('');
    expect(readdirSync(out)).toEqual([]);
    expect(existsSync(join(folder, 'log.json'))).toBe(false);
  });

  it('refuses an answer that is no index', async () => {
    answer = () => ({ body: '{"index":{}}' });
    const out = join(folder, 'refused');
    const { code, err } = await consilium('bundle', 'export', STUDY, '--out', out, ...access);
    expect([code, err]).toEqual([4, expect.stringContaining('no bundle index')]);
  });

  it('keeps control characters out of the terminal', async () => {
    answer = () => ({ body: JSON.stringify([{ siteId: '\u001b[2Jnorthgate' }]) });
    const { out } = await consilium('sites', ...access);
    expect(out).toBe('siteId\n\u{fffd}[2Jnorthgate\n');
  });
});
