/** Who is let in and what is believed, against a running coordinator: security.md 7.1, cases 13 to 17 and 19. */
import {
  fingerprintWords,
  generateSigningKeyPair,
  keyIdOf,
  randomBytes,
  signBody,
} from '@consilium/shared/crypto';
import { toBase64 } from '@consilium/shared/encoding';
import { SOCKET, type KeyRotation, type SiteHello } from '@consilium/shared/protocol';
import { parseStudyId } from '@consilium/shared/vocabulary';
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

  it('17. a site that speaks in the name of another inside its own socket is refused', async () => {
    const [mallory, victim] = [await bench.active(fresh()), await bench.active(fresh())];
    const socket = await RawSite.connect(bench.url, mallory);
    const body = {
      v: 1,
      studyId: parseStudyId('smears'),
      siteId: victim.siteId,
      afterRound: 0,
    } as const;
    const withdrawal = signBody('withdrawal', body, mallory.identity);
    const reply = await socket.ask({ kind: 'study.withdraw', withdrawal });
    expect(reply).toMatchObject({ kind: 'problem', code: 'not-permitted' });
    socket.close();
  });

  it('19. a revoked site loses its live socket and gets no other one', async () => {
    const site = await bench.active(fresh());
    const socket = await RawSite.connect(bench.url, site);
    expect((await bench.revoke(site.siteId)).status).toBe(200);
    await socket.closed;
    expect(await greet(helloOf(site, await challenge()))).toBe(REFUSED);
    expect((await bench.post('anybody', 'rotations', rotationOf(site))).body['code']).toBe(
      'bad-signature',
    );
    expect((await bench.leaves()).at(-1)).toMatchObject({
      type: 'site.revoked',
      siteId: site.siteId,
      reason: 'key-compromised',
    });
  });

  it('19. the newer socket of a site wins, and a key that was exchanged opens none and keeps none', async () => {
    const site = await bench.active(fresh());
    const first = await RawSite.connect(bench.url, site);
    const second = await RawSite.connect(bench.url, site);
    await first.closed;
    expect((await bench.post('anybody', 'rotations', rotationOf(site))).status).toBe(200);
    await second.closed;
    expect(await greet(helloOf(site, await challenge()))).toBe(REFUSED);
  });
});
