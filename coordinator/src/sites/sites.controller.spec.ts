import { generateSigningKeyPair, keyIdOf, randomBytes, signBody } from '@consilium/shared/crypto';
import { toBase64 } from '@consilium/shared/encoding';
import type { KeyRotation, Leaf } from '@consilium/shared/protocol';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AccessRefusals } from '../audit/access-refusals.js';
import { auditTables } from '../audit/audit-tables.js';
import { Refusals } from '../platform/http/refusals.js';
import {
  startTestApplication,
  type TestApplication,
} from '../platform/testing/test-application.js';
import { siteTables } from './site-tables.js';
import { SitesModule } from './sites.module.js';
import { enrolmentOf, testSite, type TestSite } from './testing/test-site.js';

const JSON_TYPE = { 'content-type': 'application/json' };

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

const start = (config: Readonly<Record<string, unknown>> = {}): Promise<TestApplication> =>
  startTestApplication({ imports: [SitesModule], tables: [auditTables, siteTables], config });

function rotationOf({ siteId, keys }: TestSite, application: TestApplication) {
  const next = generateSigningKeyPair();
  const body: KeyRotation = {
    v: 1,
    siteId,
    coordinatorKeyId: keyIdOf(application.keys.identity.publicKey),
    oldKey: toBase64(keys.publicKey),
    newKey: toBase64(next.publicKey),
  };
  const byOld = signBody('key-rotation', body, keys);
  return { byOld, byNew: signBody('key-rotation', body, next) };
}

describe('what strangers may send of sites', () => {
  let application: TestApplication;
  beforeEach(async () => {
    application = await start({ limits: { requestsPerMinute: 100_000 } });
  });
  afterEach(() => application.close());

  const post = (path: string, body: string): Promise<Response> =>
    fetch(`${application.url}/v1/${path}`, { method: 'POST', body, headers: JSON_TYPE });

  const refused = async (): Promise<readonly Leaf[]> => {
    await application.nest.get(AccessRefusals).settled();
    const answer = await application.fetch('/v1/log/leaves?start=0');
    const { leaves } = (await answer.json()) as { leaves: { leaf: string }[] };
    const all = leaves.map(({ leaf }) => JSON.parse(leaf) as Leaf);
    return all.filter(({ type }) => type === 'access.refused');
  };

  it('is one leaf of the log when invites are guessed, however often, and none when the JSON is broken', async () => {
    expect((await post('enrolments', '{')).status).toBe(400);
    expect(await refused()).toEqual([]);
    for (let i = 0; i < 5; i++) {
      const guess = enrolmentOf(testSite('northgate'), toBase64(randomBytes(32)));
      expect((await post('enrolments', JSON.stringify(guess))).status).toBe(400);
    }
    expect(await refused()).toMatchObject([{ what: 'enrolment', count: 1 }]);
    const stranger = rotationOf(testSite('northgate'), application);
    expect((await post('rotations', JSON.stringify(stranger))).status).toBe(401);
    expect(await refused()).toHaveLength(1);
  });

  it.each(['enrolments', 'rotations'])(
    '%s are held to a limit of their own for an address, beside that of all requests',
    async (path) => {
      const told: string[] = [];
      application.nest.get(Refusals).onRefused((what) => told.push(what));
      const statuses: number[] = [];
      // 200 at once, and ten a second that flow back meanwhile.
      while (!statuses.includes(429) && statuses.length < 600) {
        const answers = Array.from({ length: 50 }, () => post(path, '{}'));
        statuses.push(...(await Promise.all(answers)).map(({ status }) => status));
      }
      const taken = statuses.filter((status) => status === 400).length;
      expect(taken).toBeGreaterThanOrEqual(200);
      expect(taken).toBeLessThan(statuses.length);
      expect(told).toEqual(Array<string>(statuses.length - taken).fill('rate-limit'));
      expect((await fetch(`${application.url}/health/live`)).status).toBe(200);
    },
  );

  it.each(['enrolments', 'rotations'])('%s of more than 8 KiB are not read', async (path) => {
    const { status, headers } = await post(path, ' '.repeat(8193));
    expect([status, headers.get('connection')]).toEqual([413, 'close']);
    expect((await post(path, ' '.repeat(8192))).status).toBe(400);
  });
});

describe('what sites send with client certificates', () => {
  let folder: string;
  let application: TestApplication;
  const at = (name: string): string => join(folder, name);
  const openssl = (...args: readonly string[]): void => {
    execFileSync('openssl', args, { stdio: 'ignore' });
  };
  const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

  function authority(name: string): void {
    const files = ['-keyout', at(`${name}.key`), '-out', at(`${name}.pem`)];
    openssl('req', '-x509', ...KEY, '-days', '2', '-subj', `/CN=${name}`, ...files);
  }

  function certificate(site: string, issuer: string): void {
    writeFileSync(at('names'), `subjectAltName=URI:urn:consilium:site:${site}\n`);
    const name = at(`${issuer}-${site}`);
    openssl('req', '-new', ...KEY, '-subj', '/CN=x', '-keyout', `${name}.key`, '-out', at('asked'));
    const by = ['-CA', at(`${issuer}.pem`), '-CAkey', at(`${issuer}.key`), '-CAcreateserial'];
    const made = ['-days', '2', '-extfile', at('names'), '-out', `${name}.pem`];
    openssl('x509', '-req', '-in', at('asked'), ...by, ...made);
  }

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'consilium-spec-'));
    authority('consortium');
    authority('stranger');
    certificate('northgate', 'consortium');
    certificate('westbank', 'consortium');
    certificate('northgate', 'stranger');
  });
  afterEach(() => application.close());
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const startWith = async (requireClientCertificate: boolean): Promise<void> => {
    const [keyFile, certificateFile] = [at('consortium.key'), at('consortium.pem')];
    const asked = { clientAuthorityFile: certificateFile, requireClientCertificate };
    application = await start({ tls: { keyFile, certificateFile, ...asked } });
  };

  /** @param shown the name of the certificate's files, if one is shown. */
  function send(path: string, body?: object, shown?: string, token?: string): Promise<Answer> {
    const text = JSON.stringify(body ?? {});
    const files =
      shown === undefined
        ? {}
        : { cert: readFileSync(at(`${shown}.pem`)), key: readFileSync(at(`${shown}.key`)) };
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
    return new Promise((resolve, reject) => {
      const asked = request(
        `${application.url}/v1/${path}`,
        {
          ...{ method: 'POST', agent: false, ca: readFileSync(at('consortium.pem')), ...files },
          checkServerIdentity: () => undefined,
          headers: { ...JSON_TYPE, ...authorization },
        },
        (response) => {
          let answer = '';
          response.setEncoding('utf8');
          response.on('data', (part: string) => (answer += part));
          response.on('end', () => {
            resolve({
              status: response.statusCode ?? 0,
              body: JSON.parse(answer) as Answer['body'],
            });
          });
        },
      );
      asked.on('error', reject);
      asked.end(text);
    });
  }

  async function invited(site: TestSite): Promise<object> {
    const { siteId } = site;
    const { body } = await send('invites', { siteId }, undefined, application.token);
    return enrolmentOf(site, String(body['invite']));
  }

  it('is refused unless the certificate names the site that enrols', async () => {
    await startWith(true);
    const told: string[] = [];
    application.nest.get(Refusals).onRefused((what) => told.push(what));
    const enrolment = await invited(testSite('northgate'));
    expect((await send('enrolments', enrolment)).status).toBe(401);
    expect((await send('enrolments', enrolment, 'stranger-northgate')).status).toBe(401);
    const foreign = await send('enrolments', enrolment, 'consortium-westbank');
    expect(foreign.status).toBe(401);
    expect(foreign.body['detail']).toMatch(/does not name the site northgate/);
    expect(told).toEqual(['handshake', 'handshake', 'enrolment']);
    expect((await send('enrolments', enrolment, 'consortium-northgate')).status).toBe(201);
  });

  it('is refused unless the certificate names the site that takes a new key', async () => {
    await startWith(true);
    const rotation = rotationOf(testSite('northgate'), application);
    const codeOf = async (shown?: string): Promise<unknown> =>
      (await send('rotations', rotation, shown)).body['code'];
    expect(await codeOf()).toBe('unauthenticated');
    expect(await codeOf('consortium-westbank')).toBe('unauthenticated');
    // Past the certificate: the key is that of no site.
    expect(await codeOf('consortium-northgate')).toBe('bad-signature');
  });

  it('needs none where none is required, but one that is shown counts', async () => {
    await startWith(false);
    const enrolment = await invited(testSite('northgate'));
    expect((await send('enrolments', enrolment, 'consortium-westbank')).status).toBe(401);
    expect((await send('enrolments', enrolment, 'stranger-northgate')).status).toBe(401);
    expect((await send('enrolments', enrolment)).status).toBe(201);
  });
});
