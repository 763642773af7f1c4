import { randomBytes, sha256 } from '../crypto/index.js';
import { toHex } from '../encoding/index.js';
import type { SiteId } from '../vocabulary/index.js';
import { pairMaskSeed, selfMaskSeed, siteMasks } from './index.js';
import { maskedBy, testSites } from './testing/secure-attempt.js';

const WORDS = 2 ** 18;
const sites = testSites(3);
const sharers = sites.map(({ siteId, mask }) => ({ siteId, maskKey: mask.publicKey }));
const captured = maskedBy(
  sites[0] as (typeof sites)[0],
  new Uint32Array(WORDS).fill(7),
  sharers,
  randomBytes(32),
);
const bytes = new Uint8Array(captured.buffer);

/** Chi-square of counts against equal ones, in standard deviations from its mean (Fisher's approximation). */
function deviation(counts: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const expected = total / counts.length;
  const chi = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  return Math.sqrt(2 * chi) - Math.sqrt(2 * (counts.length - 1) - 1);
}

describe('a masked vector that was captured (case 20)', () => {
  it('has bytes of each value equally often, at each place of a word', () => {
    for (let place = 0; place < 4; place += 1) {
      const counts = new Array<number>(256).fill(0);
      for (let i = place; i < bytes.length; i += 4) {
        counts[bytes[i] as number] = (counts[bytes[i] as number] as number) + 1;
      }
      expect(Math.abs(deviation(counts))).toBeLessThan(6);
    }
  });

  it('has each bit set in half of the words', () => {
    for (let bit = 0; bit < 32; bit += 1) {
      const set = captured.reduce((sum, word) => sum + ((word >>> bit) & 1), 0);
      expect(Math.abs(set - WORDS / 2) / (Math.sqrt(WORDS) / 2)).toBeLessThan(6);
    }
  });

  it('has pairs of neighbouring bytes of each value equally often', () => {
    const counts = new Array<number>(65_536).fill(0);
    for (let i = 0; i + 1 < bytes.length; i += 2) {
      const pair = (bytes[i] as number) * 256 + (bytes[i + 1] as number);
      counts[pair] = (counts[pair] as number) + 1;
    }
    expect(Math.abs(deviation(counts))).toBeLessThan(6);
  });

  it('repeats no word more often than chance lets it', () => {
    const pairs = WORDS - new Set(captured).size;
    const expected = (WORDS * (WORDS - 1)) / 2 ** 33;
    expect(Math.abs(pairs - expected)).toBeLessThan(6 * Math.sqrt(expected) + 1);
  });

  it('fails the same tests without its masks', () => {
    const counts = new Array<number>(256).fill(0);
    counts[7] = WORDS;
    expect(Math.abs(deviation(counts))).toBeGreaterThan(6);
  });
});

describe('the seeds of masks (case 20)', () => {
  it('have 256 bits each and differ within an attempt', () => {
    const seeds = sites.flatMap(({ siteId, mask, selfSeed }) =>
      siteMasks({
        siteId,
        sharers,
        maskSecret: mask.secretKey,
        selfSeed,
        context: randomBytes(32),
      }),
    );
    expect(seeds.every(({ seed }) => seed.length === 32)).toBe(true);
    expect(new Set(seeds.map(({ seed }) => toHex(seed))).size).toBe(seeds.length);
  });

  it('never repeat over 10,000 rounds, not even with the same keys', () => {
    const [own, their] = sites as unknown as [(typeof sites)[0], (typeof sites)[0]];
    const seen = new Set<string>();
    const rounds = 10_000;
    for (let round = 0; round < rounds; round += 1) {
      const context = sha256(Uint8Array.of(round & 255, round >>> 8));
      seen.add(toHex(selfMaskSeed(own.selfSeed, context, own.siteId)));
    }
    for (let round = 0; round < 200; round += 1) {
      const context = sha256(Uint8Array.of(round & 255, round >>> 8));
      const pair = { ownSecret: own.mask.secretKey, theirKey: their.mask.publicKey };
      seen.add(toHex(pairMaskSeed({ ...pair, own: own.siteId, their: their.siteId, context })));
    }
    expect(seen.size).toBe(rounds + 200);
    expect(toHex(selfMaskSeed(own.selfSeed, randomBytes(32), 'other' as SiteId))).toHaveLength(64);
  });
});
