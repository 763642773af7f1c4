import { toBase64 } from '@consilium/shared/encoding';
import { CHALLENGE_LIFETIME_MS, Challenges } from './challenges.js';

describe('handshake challenges', () => {
  let nowMs = 1000;
  const challenges = (): Challenges => new Challenges(() => nowMs);

  beforeEach(() => {
    nowMs = 1000;
  });

  it('are good once', () => {
    const store = challenges();
    const { challenge, expiresInMs } = store.issue();
    expect(expiresInMs).toBe(60_000);
    expect(store.consume(challenge)).toBe(true);
    expect(store.consume(challenge)).toBe(false);
  });

  it('are all different', () => {
    const store = challenges();
    const issued = Array.from({ length: 100 }, () => store.issue().challenge);
    expect(new Set(issued).size).toBe(100);
  });

  it('expire after a minute, used or not', () => {
    const store = challenges();
    const { challenge } = store.issue();
    const other = store.issue().challenge;
    nowMs += CHALLENGE_LIFETIME_MS - 1;
    expect(store.consume(other)).toBe(true);
    nowMs += 1;
    expect(store.consume(challenge)).toBe(false);
    expect(store.consume(other)).toBe(false);
  });

  it('are refused when another process issued them', () => {
    expect(challenges().consume(challenges().issue().challenge)).toBe(false);
  });

  it('are refused with any bit changed', () => {
    const store = challenges();
    const bytes = Buffer.from(store.issue().challenge, 'base64');
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Uint8Array.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(store.consume(toBase64(changed))).toBe(false);
    }
  });
});
