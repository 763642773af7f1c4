import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { boxKeyPairFrom } from '../crypto/index.js';
import { fromHex, toHex } from '../encoding/index.js';
import { refusal } from '../vocabulary/testing/refusal.js';
import type { SiteId } from '../vocabulary/index.js';
import { boxBinding, shareCommitment, type BoxPlace, type SharePlace } from './commitments.js';
import {
  addMask,
  maskUpdate,
  pairMaskSeed,
  secureContext,
  selfMaskSeed,
  selfSeedHash,
  unmaskSum,
  type SecureContextParts,
} from './index.js';
import { ringSum } from './testing/secure-attempt.js';

interface SiteVector {
  readonly siteId: SiteId;
  readonly maskSecret: string;
  readonly maskKey: string;
  readonly selfSeed: string;
  readonly selfSeedHash: string;
  readonly selfMaskSeed: string;
  readonly pairMaskSeeds: Readonly<Record<SiteId, string>>;
  readonly update: readonly number[];
  readonly masked: readonly number[];
}

const python = JSON.parse(readFileSync(join(__dirname, 'vectors', 'secure-sum.json'), 'utf8')) as {
  readonly attempt: SecureContextParts;
  readonly context: string;
  readonly commitment: {
    readonly place: SharePlace;
    readonly share: string;
    readonly hash: string;
  };
  readonly binding: { readonly place: BoxPlace; readonly hash: string };
  readonly sites: readonly SiteVector[];
  readonly survivors: readonly SiteId[];
  readonly sum: readonly number[];
  readonly stream: { readonly seed: string; readonly words: Readonly<Record<string, number>> };
};
const context = fromHex(python.context);
const sharers = python.sites.map(({ siteId, maskKey }) => ({ siteId, maskKey: fromHex(maskKey) }));

describe('a secure sum as Python computes it from the protocol', () => {
  it('has the context, the commitment and the binding', () => {
    expect(toHex(secureContext(python.attempt))).toBe(python.context);
    const { place, share, hash } = python.commitment;
    expect(toHex(shareCommitment(place, fromHex(share)))).toBe(hash);
    expect(toHex(boxBinding(python.binding.place))).toBe(python.binding.hash);
  });

  it.each(python.sites)('has the seeds and the masked vector of $siteId', (site) => {
    const [maskSecret, selfSeed] = [fromHex(site.maskSecret), fromHex(site.selfSeed)];
    expect(toHex(boxKeyPairFrom(maskSecret).publicKey)).toBe(site.maskKey);
    expect(toHex(selfSeedHash(selfSeed))).toBe(site.selfSeedHash);
    expect(toHex(selfMaskSeed(selfSeed, context, site.siteId))).toBe(site.selfMaskSeed);
    for (const { siteId: their, maskKey } of sharers.filter(
      (other) => other.siteId !== site.siteId,
    )) {
      const pair = { ownSecret: maskSecret, theirKey: maskKey, own: site.siteId, their, context };
      expect(toHex(pairMaskSeed(pair))).toBe(site.pairMaskSeeds[their]);
    }
    const vector = Uint32Array.from(site.update);
    maskUpdate(vector, { siteId: site.siteId, sharers, maskSecret, selfSeed, context });
    expect([...vector]).toEqual(site.masked);
  });

  it('has the sum of the survivors', () => {
    const alive = python.sites.filter(({ siteId }) => python.survivors.includes(siteId));
    const sum = ringSum(alive.map(({ masked }) => Uint32Array.from(masked)));
    const secrets = python.sites.map(({ siteId, selfSeed, maskSecret }) =>
      python.survivors.includes(siteId)
        ? ({ siteId, kind: 'self-seed', secret: fromHex(selfSeed) } as const)
        : ({ siteId, kind: 'mask-key', secret: fromHex(maskSecret) } as const),
    );
    unmaskSum(sum, { secrets, sharers, survivors: python.survivors, context });
    expect([...sum]).toEqual(python.sum);
  });

  it('has the words of a long mask, wherever a range begins', () => {
    const seed = fromHex(python.stream.seed);
    const words = Object.entries(python.stream.words);
    const whole = new Uint32Array(262_160);
    addMask(whole, seed, 1);
    for (const [at, word] of words) {
      expect(whole[Number(at)]).toBe(word);
      const alone = new Uint32Array(whole.length);
      addMask(alone, seed, -1, { from: Number(at), to: Number(at) + 1 });
      expect(alone[Number(at)]).toBe((2 ** 32 - word) % 2 ** 32);
      expect(alone.filter((value) => value !== 0)).toHaveLength(1);
    }
  });
});

describe('a mask', () => {
  const vector = new Uint32Array(8);
  const seed = new Uint8Array(32);

  it.each([
    [-1, 4],
    [0.5, 4],
    [5, 4],
    [0, 9],
  ])('is not added from word %p to word %p of eight', (from, to) => {
    expect(() => {
      addMask(vector, seed, 1, { from, to });
    }).toThrow(RangeError);
  });

  it('has a seed of 32 bytes', () => {
    expect(() => {
      addMask(vector, new Uint8Array(4), 1);
    }).toThrow(refusal('bad-encoding'));
  });

  it('changes no word of the memory around the vector', () => {
    const memory = new Uint32Array(12);
    addMask(memory.subarray(2, 10), seed, 1);
    expect([...memory.subarray(0, 2), ...memory.subarray(10)]).toEqual([0, 0, 0, 0]);
    expect(memory.subarray(2, 10)).not.toContain(0);
  });
});

describe('the seed of a pairwise mask', () => {
  const [first, second] = python.sites as [SiteVector, SiteVector];
  const pair = {
    ownSecret: fromHex(first.maskSecret),
    theirKey: fromHex(second.maskKey),
    own: first.siteId,
    their: second.siteId,
    context,
  };

  it('is refused for a key of small order, whose secret everybody knows', () => {
    expect(() => pairMaskSeed({ ...pair, theirKey: new Uint8Array(32) })).toThrow(
      refusal('weak-key'),
    );
  });

  it('is refused for a site with itself', () => {
    expect(() => pairMaskSeed({ ...pair, their: pair.own })).toThrow(refusal('bad-message'));
  });

  it('is another one in another context and for another name', () => {
    const seeds = [
      pair,
      { ...pair, context: new Uint8Array(32) },
      { ...pair, their: 'other' as SiteId },
    ].map((one) => toHex(pairMaskSeed(one)));
    expect(new Set(seeds).size).toBe(3);
  });
});
