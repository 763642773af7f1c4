/** Who is let in and what is believed, against a running coordinator: security.md 7.1, cases 13 to 16 and 19. */
import {
  fingerprintWords,
  generateSigningKeyPair,
  keyIdOf,
  randomBytes,
  signBody,
} from '@consilium/shared/crypto';
import { toBase64 } from '@consilium/shared/encoding';
import { SOCKET, type KeyRotation, type SiteHello } from '@consilium/shared/protocol';
import { setTimeout as pause } from 'node:timers/promises';
import { io, type Socket } from 'socket.io-client';
import { RawSite, type SiteIdentity } from '../transport/raw-site.js';
import { forgedUnder, malleated, SMALL_ORDER_KEYS } from './forged-signatures.js';
import { IdentityBench } from './identity-bench.js';

const REFUSED = 'handshake-failed';

describe('identity', () => {
  let bench: IdentityBench;
  const sockets: Socket[] = [];
  let count = 0;
  const fresh = (): string => {
    count += 1;
    return `site-${count}`;
  };

  beforeAll(async () => {
    bench = await IdentityBench.start();
  });
  afterEach(() => {
    sockets.splice(0).forEach((socket) => socket.disconnect());
  });
  afterAll(() => bench.stop());

  /** Opens a socket with this hello. @returns what it is told: `hello`, or everything that the refusal says. */
  const greet = (auth: object): Promise<string> => {
    const socket = io(bench.url, {
      ...{ path: SOCKET.path, transports: ['websocket'], reconnection: false, forceNew: true },
      auth,
    });
    sockets.push(socket);
    return new Promise((resolve) => {
      socket.once(SOCKET.hello, () => resolve('hello'));
      socket.once('connect_error', (error: Error & { readonly data?: unknown }) => {
        resolve(error.message + (error.data === undefined ? '' : JSON.stringify(error.data)));
      });
    });
  };
  const challenge = async (): Promise<string> => {
    const response = await fetch(`${bench.url}/v1/handshake/challenge`);
    return ((await response.json()) as { challenge: string }).challenge;
  };
  const helloOf = (who: SiteIdentity, asked: string, changes: Partial<SiteHello> = {}) => {
    const body: SiteHello = {
      ...{ v: 1, siteId: who.siteId, url: bench.url, challenge: asked, agentVersion: '0.1.0' },
      coordinatorKeyId: keyIdOf(who.coordinatorKey),
      clientNonce: toBase64(randomBytes(32)),
      ephemeralKey: toBase64(Uint8Array.of(9, ...randomBytes(31))),
      atMs: 0,
      ...changes,
    };
    return signBody('handshake-site', body, who.identity);
  };
  const rotationOf = (who: SiteIdentity, next = generateSigningKeyPair()) => {
    const body: KeyRotation = {
      v: 1,
      siteId: who.siteId,
      coordinatorKeyId: keyIdOf(who.coordinatorKey),
      oldKey: toBase64(who.identity.publicKey),
      newKey: toBase64(next.publicKey),
    };
    const byOld = signBody('key-rotation', body, who.identity);
    return { byOld, byNew: signBody('key-rotation', body, next) };
  };

  it('13. every handshake that fails is refused in the same words, whatever the reason', async () => {
    const known = await bench.active(fresh());
    const pending = await bench.pending(fresh());
    const revoked = await bench.active(fresh());
    await bench.revoke(revoked.siteId);
    const rotated = await bench.active(fresh());
    await bench.post('anybody', 'rotations', rotationOf(rotated));
    const stranger = { ...known, identity: generateSigningKeyPair() };
    const used = await challenge();
    expect(await greet(helloOf(known, used))).toBe('hello');
    const good = helloOf(known, await challenge());
    const failures = {
      'unknown key': helloOf(stranger, await challenge()),
      'bad signature': { ...good, signature: helloOf(known, await challenge()).signature },
      'reused challenge': helloOf(known, used),
      'foreign challenge': helloOf(known, toBase64(randomBytes(32))),
      'another site': helloOf(known, await challenge(), { siteId: pending.siteId }),
      'another address': helloOf(known, await challenge(), { url: 'https://elsewhere.example' }),
      'pending site': helloOf(pending, await challenge()),
      'revoked site': helloOf(revoked, await challenge()),
      'key that was exchanged': helloOf(rotated, await challenge()),
      'no hello at all': { hello: 'there' },
    };
    const told: Record<string, string> = {};
    for (const [reason, hello] of Object.entries(failures)) {
      told[reason] = await greet(hello);
    }
    const expected = Object.keys(failures).map((reason) => [reason, REFUSED]);
    expect(told).toEqual(Object.fromEntries(expected));
  });

  it('14. a signature in its second form, S + L, is refused everywhere', async () => {
    const known = await bench.active(fresh());
    const hello = helloOf(known, await challenge());
    expect(await greet({ ...hello, signature: malleated(hello.signature) })).toBe(REFUSED);
    expect(await greet(hello)).toBe('hello');
    const rotation = rotationOf(known);
    const { byOld } = rotation;
    const bent = { ...rotation, byOld: { ...byOld, signature: malleated(byOld.signature) } };
    expect((await bench.post('anybody', 'rotations', bent)).body['code']).toBe('bad-signature');
    expect((await bench.post('anybody', 'rotations', rotation)).status).toBe(200);
  });

  it('15. a key of small order is refused at enrolment, in a rotation and as an ephemeral key', async () => {
    const site = fresh();
    const key = generateSigningKeyPair();
    const invite = await bench.invite(site);
    const known = await bench.active(fresh());
    for (const identityKey of SMALL_ORDER_KEYS) {
      const enrolment = forgedUnder(identityKey, bench.enrolmentOf(site, invite, { identityKey }));
      const claim = await bench.post('anybody', 'enrolments', { invite, enrolment });
      expect(claim.body['code']).toBe('bad-invite');
      const rotation = rotationOf(known);
      const body = { ...rotation.byOld.body, newKey: identityKey };
      const weak = {
        byOld: signBody('key-rotation', body, known.identity),
        byNew: forgedUnder(identityKey, body),
      };
      expect((await bench.post('anybody', 'rotations', weak)).body['code']).toBe('bad-signature');
    }
    const zero = toBase64(new Uint8Array(32));
    expect(await greet(helloOf(known, await challenge(), { ephemeralKey: zero }))).toBe(REFUSED);
    // What was refused has used nothing up.
    expect((await bench.claim(site, invite, key)).status).toBe(201);
  });

  it('16. an invite has one winner, whoever claims it and how often', async () => {
    const site = fresh();
    const invite = await bench.invite(site);
    const keys = Array.from({ length: 12 }, generateSigningKeyPair);
    const claims = await Promise.all(keys.map((key) => bench.claim(site, invite, key)));
    expect(claims.filter(({ status }) => status === 201)).toHaveLength(1);
    const lost = claims.filter(({ status }) => status !== 201);
    expect(lost.map(({ body }) => body['code'])).toEqual(lost.map(() => 'bad-invite'));
    const winner = keys[claims.findIndex(({ status }) => status === 201)];
    const again = await Promise.all(
      keys.map(async (key) => (await bench.claim(site, invite, key)).status),
    );
    expect(again).toEqual(keys.map((key) => (key === winner ? 201 : 400)));
    const other = fresh();
    const meantForOther = await bench.invite(other);
    const key = generateSigningKeyPair();
    expect((await bench.claim(site, meantForOther, key)).status).toBe(400);
    expect((await bench.claim(other, meantForOther, key, 'join')).status).toBe(400);
    expect((await bench.claim(other, meantForOther, key)).status).toBe(201);
  });

  it('16. a claim is no admission: a second person lets the site in, with what the site reads out', async () => {
    const site = await bench.pending(fresh());
    const words = fingerprintWords(generateSigningKeyPair().publicKey).join(' ');
    expect((await bench.approve(site, 'inviter')).status).toBe(403);
    expect((await bench.approve(site, 'anybody')).status).toBe(401);
    expect((await bench.approve(site, 'approver', words)).status).toBe(400);
    expect(await greet(helloOf(site, await challenge()))).toBe(REFUSED);
    expect((await bench.approve(site)).status).toBe(200);
    expect(await greet(helloOf(site, await challenge()))).toBe('hello');
    const enrolled = (await bench.leaves()).filter(
      (leaf) => leaf.type === 'site.enrolled' && leaf.siteId === site.siteId,
    );
    expect(enrolled).toHaveLength(1);
    const [leaf] = enrolled as { invitedBy?: string; approvedBy?: string }[];
    expect(leaf?.invitedBy).not.toBe(leaf?.approvedBy);
  });

  it('16. guessed invites, passwords and tokens leave a trace in the log, as handshakes do', async () => {
    await bench.claim(fresh(), toBase64(randomBytes(32)), generateSigningKeyPair());
    const headers = { 'content-type': 'application/json', origin: bench.url };
    const login = await fetch(`${bench.url}/v1/login/password`, {
      ...{ method: 'POST', headers },
      body: JSON.stringify({ name: 'nobody', password: 'guessed' }),
    });
    const authorization = 'Bearer consilium_guessed';
    const token = await fetch(`${bench.url}/v1/me`, { headers: { authorization } });
    expect([login.status, token.status]).toEqual([401, 401]);
    await greet({ hello: 'there' });
    const wanted = ['enrolment', 'handshake', 'login', 'token'];
    let refused: readonly string[] = [];
    while (!wanted.every((what) => refused.includes(what))) {
      refused = (await bench.leaves()).flatMap((leaf) =>
        leaf.type === 'access.refused' ? [leaf.what] : [],
      );
      await pause(100);
    }
    // One of a kind in a minute: guesses cannot fill the log.
    expect(refused.length).toBeLessThan(wanted.length * 5);
  });

  /** Asks for something that ends a socket. @returns by how many milliseconds the socket outlived the answer. */
  const outlived = async (socket: RawSite, ending: Promise<{ status: number }>) => {
    const closing = socket.closed.then(() => performance.now());
    expect((await ending).status).toBe(200);
    const answeredMs = performance.now();
    return (await closing) - answeredMs;
  };

  it('19. a revoked site loses its live socket within a second and gets no other one', async () => {
    const site = await bench.active(fresh());
    const socket = await RawSite.connect(bench.url, site);
    expect(await outlived(socket, bench.revoke(site.siteId))).toBeLessThan(1000);
    expect(await greet(helloOf(site, await challenge()))).toBe(REFUSED);
    expect((await bench.post('anybody', 'rotations', rotationOf(site))).body['code']).toBe(
      'bad-signature',
    );
    const revoked = (await bench.leaves()).filter(({ type }) => type === 'site.revoked');
    expect(revoked.at(-1)).toMatchObject({ siteId: site.siteId, reason: 'key-compromised' });
  });

  it('19. a key that was exchanged keeps no live socket and opens no other one', async () => {
    const site = await bench.active(fresh());
    const socket = await RawSite.connect(bench.url, site);
    const next = generateSigningKeyPair();
    const exchange = bench.post('anybody', 'rotations', rotationOf(site, next));
    expect(await outlived(socket, exchange)).toBeLessThan(1000);
    expect(await greet(helloOf(site, await challenge()))).toBe(REFUSED);
    const renewed = { ...site, identity: next };
    expect(await greet(helloOf(renewed, await challenge()))).toBe('hello');
  });

  it('19. of two sockets of a site the newer one wins, and it is on record that there were two', async () => {
    const site = await bench.active(fresh());
    const prove = { kind: 'log.prove', leafIndex: 0, knownSize: 0 } as const;
    const older = await RawSite.connect(bench.url, site);
    expect((await older.ask(prove)).kind).toBe('proof');
    const closing = older.closed.then(() => performance.now());
    const newer = await RawSite.connect(bench.url, site);
    const connectedMs = performance.now();
    expect((await closing) - connectedMs).toBeLessThan(1000);
    await expect(older.ask(prove)).rejects.toThrow('closed the connection');
    expect((await newer.ask(prove)).kind).toBe('proof');
    expect(await bench.site(site.siteId)).toMatchObject({ connected: true, replacedSockets: 1 });
    newer.close();
  });
});
