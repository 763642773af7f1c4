/**
 * Case 18 of security.md 7.1, the half of the sockets: every request that a site may make, asked of a running coordinator by sites
 * in each state and by people of each role, and held against the table of docs/permissions.md. People have no socket at all.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateSigningKeyPair, signBody } from '@consilium/shared/crypto';
import { SOCKET, siteRequestSchema, type SiteRequest } from '@consilium/shared/protocol';
import { REQUESTS } from '@consilium/shared/protocol/testing';
import { OPERATOR_ROLES, parseSiteId, type OperatorRole } from '@consilium/shared/vocabulary';
import { io } from 'socket.io-client';
import { RawSite, type SiteIdentity } from '../transport/raw-site.js';
import { IdentityBench } from './identity-bench.js';

const PAGE = join(__dirname, '../../../../docs/permissions.md');
const PASSWORD = 'correct horse battery';
const STATES = ['unknown', 'pending', 'active', 'revoked'] as const;
const KINDS = siteRequestSchema.options.map(({ shape }) => shape.kind.value);

type Kind = SiteRequest['kind'];

describe('the requests of sites', () => {
  let bench: IdentityBench;
  let sites: Readonly<Record<(typeof STATES)[number], SiteIdentity>>;
  const tokens = new Map<OperatorRole, string>();

  beforeAll(async () => {
    bench = await IdentityBench.start();
  });
  beforeAll(async () => {
    const active = await bench.active('active');
    const revoked = await bench.active('revoked');
    await bench.revoke('revoked');
    const pending = await bench.pending('pending');
    const stranger = { ...active, siteId: parseSiteId('unknown') };
    const unknown = { ...stranger, identity: generateSigningKeyPair() };
    sites = { unknown, pending, active, revoked };
  });
  beforeAll(makePeople);
  afterAll(() => bench.stop());

  async function makePeople(): Promise<void> {
    const file = join(bench.folder, 'people', 'administrator.token');
    const authorization = `Bearer ${(await readFile(file, 'utf8')).trim()}`;
    const post = async (path: string, body: object): Promise<Record<string, unknown>> => {
      const headers = { 'content-type': 'application/json', authorization };
      const init = { method: 'POST', headers, body: JSON.stringify(body) };
      return (await (await fetch(`${bench.url}/v1/${path}`, init)).json()) as never;
    };
    for (const role of OPERATOR_ROLES) {
      const site = role === 'site-admin' ? { siteId: 'active' } : {};
      const made = await post('operators', { name: `a-${role}`, roles: [role], ...site });
      const wish = { activation: made['activation'], password: PASSWORD, token: { label: 'one' } };
      const { token } = (await post('activations', wish)) as { token?: { token?: string } };
      tokens.set(role, token?.token ?? '');
    }
  }

  /** The requests that the site is answered: taken, or refused for what they say. */
  async function answered(who: SiteIdentity): Promise<readonly Kind[]> {
    const connected = await RawSite.connect(bench.url, who).catch((error: Error) => error.message);
    if (typeof connected === 'string') {
      expect(connected).toBe('handshake-failed');
      return [];
    }
    const kinds: Kind[] = [];
    for (const kind of KINDS) {
      const attachment = kind === 'update.chunk' ? Uint8Array.of(1) : undefined;
      const { kind: answer } = await connected.ask(REQUESTS[kind], attachment);
      kinds.push(...(answer === undefined ? [] : [kind]));
    }
    connected.close();
    return kinds;
  }

  /** A person tries what it has: the token, and a key of its own under the name of a site. */
  async function hasSocket(role: OperatorRole): Promise<boolean> {
    const token = tokens.get(role) ?? '';
    expect(token).not.toBe('');
    const own = { ...sites.active, identity: generateSigningKeyPair() };
    const hello = signBody('act', { v: 1, siteId: own.siteId }, own.identity);
    const answers = [];
    for (const auth of [{}, { token }, hello]) {
      answers.push(await greeting(auth, token));
    }
    const signed = await RawSite.connect(bench.url, own).catch((error: Error) => error.message);
    return [...answers, signed].some((answer) => answer !== 'handshake-failed');
  }

  function greeting(auth: object, token: string): Promise<string> {
    const socket = io(bench.url, {
      ...{ path: SOCKET.path, transports: ['websocket'], reconnection: false, forceNew: true },
      extraHeaders: { authorization: `Bearer ${token}` },
      auth,
    });
    return new Promise<string>((resolve) => {
      socket.once(SOCKET.hello, () => resolve('hello'));
      socket.once('connect_error', (error: Error) => resolve(error.message));
    }).finally(() => socket.disconnect());
  }

  it('are answered as docs/permissions.md says, and to sites that are active alone', async () => {
    const askers: (readonly Kind[])[] = [];
    for (const state of STATES) {
      askers.push(await answered(sites[state]));
    }
    for (const role of OPERATOR_ROLES) {
      askers.push((await hasSocket(role)) ? KINDS : []);
    }
    const rows = [...KINDS]
      .sort()
      .map((kind) => [
        `\`${kind}\``,
        ...askers.map((kinds) => (kinds.includes(kind) ? 'yes' : '')),
      ]);
    const header = ['Request', ...STATES.map((state) => `${state} site`), ...OPERATOR_ROLES];

    expect(tableOf(await readFile(PAGE, 'utf8'))).toEqual([header, ...rows]);
    expect(new Set(rows.map((row) => row.slice(1).join()))).toEqual(new Set([',,yes,,,,,']));
  });

  it('are known to nobody but by their schema: another kind ends the connection', async () => {
    const site = await RawSite.connect(bench.url, sites.active);
    const asked = site.ask({ kind: 'operators.manage' } as never);

    await expect(asked).rejects.toThrow('closed the connection');
  });
});

/** The cells of the requests' table, however wide the columns are. */
function tableOf(page: string): string[][] {
  const block = /<!-- requests -->([^]*?)<!-- \/requests -->/.exec(page)?.[1] ?? '';
  return block
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\|[\s|:-]+$/.test(line))
    .map((line) => {
      const inner = line.slice(1, line.lastIndexOf('|'));
      return inner.split('|').map((cell) => cell.trim());
    });
}
