/**
 * security.md 7.1, case 13: how long a refusal takes says nothing about its reason. Measured inside the process, where the
 * network hides nothing; tries are interleaved, so that a busy machine slows all kinds alike.
 */
import {
  generateSigningKeyPair,
  keyIdOf,
  randomBytes,
  type SigningKeyPair,
} from '@consilium/shared/crypto';
import { toBase64 } from '@consilium/shared/encoding';
import { parseSiteId } from '@consilium/shared/vocabulary';
import { Challenges } from './challenges.js';
import { Handshake } from './handshake.js';
import { siteSide } from './testing/hello.js';

const TRIES = 300;
/** Verifying a signature takes most of a refusal: whoever leaves it out answers in less than half of the time. */
const BOUND = 1.5;

describe('a refused handshake', () => {
  const coordinator = generateSigningKeyPair();
  const site = generateSigningKeyPair();
  const siteId = parseSiteId('northgate');
  const challenges = new Challenges(() => performance.now());
  const handshake = new Handshake(
    coordinator,
    challenges,
    (keyId) =>
      Promise.resolve(
        keyId === keyIdOf(site.publicKey) ? { siteId, identityKey: site.publicKey } : undefined,
      ),
    () => true,
  );
  const helloBy = (identity: SigningKeyPair, challenge = challenges.issue().challenge) =>
    siteSide({ siteId, identity, coordinatorKey: coordinator.publicKey }, challenge).auth;
  const used = challenges.issue().challenge;

  const kinds: Readonly<Record<string, () => unknown>> = {
    'unknown, pending or revoked key': () => helloBy(generateSigningKeyPair()),
    'bad signature': () => ({ ...helloBy(site), signature: helloBy(site).signature }),
    'used challenge': () => helloBy(site, used),
    'foreign challenge': () => helloBy(site, toBase64(randomBytes(32))),
  };

  it('13. takes as long for one reason as for another', async () => {
    await handshake.accept(helloBy(site, used));
    const times = new Map(Object.keys(kinds).map((kind) => [kind, [] as number[]]));
    for (let i = 0; i < TRIES; i += 1) {
      for (const [kind, make] of Object.entries(kinds)) {
        const hello = make();
        const startedAt = performance.now();
        await expect(handshake.accept(hello)).rejects.toMatchObject({ code: 'handshake-failed' });
        times.get(kind)?.push(performance.now() - startedAt);
      }
    }
    const medians = [...times.values()].map((of) => of.sort((a, b) => a - b)[TRIES / 2] ?? 0);
    expect(Math.max(...medians)).toBeLessThan(BOUND * Math.min(...medians));
  });
});
