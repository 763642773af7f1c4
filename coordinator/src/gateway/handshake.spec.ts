import { generateSigningKeyPair, keyIdOf, verifyBody, type Signed } from '@consilium/shared/crypto';
import { toBase64, utf8 } from '@consilium/shared/encoding';
import type { SiteHello } from '@consilium/shared/protocol';
import { ConsiliumError, parseSiteId } from '@consilium/shared/vocabulary';
import { Challenges, CHALLENGE_LIFETIME_MS } from './challenges.js';
import { Handshake } from './handshake.js';
import { siteSide, type HelloWriter, type SiteSide } from './testing/hello.js';

describe('the handshake of a socket', () => {
  let nowMs = 0;
  const coordinator = generateSigningKeyPair();
  const northgate: HelloWriter = {
    siteId: parseSiteId('northgate'),
    identity: generateSigningKeyPair(),
    coordinatorKey: coordinator.publicKey,
  };
  const challenges = new Challenges(() => nowMs);
  const enrolled = new Map([
    [
      keyIdOf(northgate.identity.publicKey),
      { siteId: northgate.siteId, identityKey: northgate.identity.publicKey },
    ],
  ]);
  const handshake = new Handshake(
    coordinator,
    challenges,
    (keyId) => Promise.resolve(enrolled.get(keyId)),
    (url) => url === 'http://127.0.0.1',
  );
  const hello = (changes: Partial<SiteHello> = {}, site = northgate): SiteSide =>
    siteSide(site, challenges.issue().challenge, changes);

  beforeEach(() => {
    nowMs = 0;
  });

  it('ends in a channel that both ends understand', async () => {
    const site = hello();
    const welcome = await handshake.accept(site.auth);
    const channel = site.open(welcome.hello);
    expect(welcome.siteId).toBe('northgate');
    expect(welcome.channel.open(channel.seal(utf8('up')))).toEqual(utf8('up'));
    expect(channel.open(welcome.channel.seal(utf8('down')))).toEqual(utf8('down'));
  });

  it('answers with a hello that repeats what the site sent, signed by the coordinator', async () => {
    const site = hello();
    const { body } = site.auth;
    const answer = (await handshake.accept(site.auth)).hello;
    expect(verifyBody('handshake-coordinator', answer, coordinator.publicKey)).toMatchObject({
      siteId: 'northgate',
      challenge: body.challenge,
      clientNonce: body.clientNonce,
      siteEphemeralKey: body.ephemeralKey,
    });
  });

  const stranger: HelloWriter = { ...northgate, identity: generateSigningKeyPair() };
  const tampered = (signed: Signed<SiteHello>): unknown => ({
    ...signed,
    body: { ...signed.body, agentVersion: '6.6.6' },
  });
  const used = async (): Promise<unknown> => {
    const { auth } = hello();
    await handshake.accept(auth);
    return auth;
  };
  const expired = (): unknown => {
    const { auth } = hello();
    nowMs += CHALLENGE_LIFETIME_MS;
    return auth;
  };
  const refusals: readonly [string, () => unknown][] = [
    ['nothing', () => undefined],
    ['a text', () => 'northgate'],
    ['an unknown member', () => ({ ...hello().auth, admin: true })],
    ['a member called __proto__', () => JSON.parse('{"__proto__":{"body":{}}}') as unknown],
    ['an unknown key', () => hello({}, stranger).auth],
    [
      'a known key id with a signature of another key',
      () => ({
        ...hello({}, stranger).auth,
        keyId: keyIdOf(northgate.identity.publicKey),
      }),
    ],
    ['a changed body', () => tampered(hello().auth)],
    ['the name of another site', () => hello({ siteId: parseSiteId('southgate') }).auth],
    [
      'a hello for another coordinator',
      () => hello({ coordinatorKeyId: keyIdOf(stranger.identity.publicKey) }).auth,
    ],
    ['a foreign challenge', () => hello({ challenge: toBase64(new Uint8Array(32)) }).auth],
    [
      'a hello that was signed for another address',
      () => hello({ url: 'https://look-alike.example' }).auth,
    ],
    ['a used challenge', used],
    ['an expired challenge', expired],
    [
      'an ephemeral key of small order',
      () => hello({ ephemeralKey: toBase64(new Uint8Array(32)) }).auth,
    ],
  ];

  it.each(refusals)('gives one and the same answer to %s', async (_, auth) => {
    const error: unknown = await handshake.accept(await auth()).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ConsiliumError);
    expect(error).toMatchObject({ code: 'handshake-failed', message: 'the handshake failed' });
  });
});
