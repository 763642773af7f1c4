import { contentHash, randomBytes } from '@consilium/shared/crypto';
import type { UpdateHeader } from '@consilium/shared/protocol';
import { addMasks, type Mask } from '@consilium/shared/secagg';
import { encodeVector } from '@consilium/shared/tensors';
import { sumMasked, type MaskedUpdate } from './sum-masked.js';
import { rangesOf, takeOffMasks } from './take-off-masks.js';

const WORDS = 700_000;
const CHUNK = 1024 * 1024;

function vectorOf(seed: number): Uint32Array {
  return Uint32Array.from({ length: WORDS }, (_, i) => Math.imul(i + 1, seed));
}

function update(vector: Uint32Array, kept: Uint8Array[], changes: Partial<UpdateHeader> = {}) {
  const bytes = encodeVector(vector);
  const header = {
    siteId: 'northgate',
    chunkCount: Math.ceil(bytes.length / CHUNK),
    vectorHash: contentHash(bytes),
    ...changes,
  } as UpdateHeader;
  const masked: MaskedUpdate = {
    header,
    chunk: (index) => Promise.resolve(bytes.subarray(index * CHUNK, (index + 1) * CHUNK)),
    keep: (whole) => {
      kept.push(whole.slice());
      return Promise.resolve();
    },
  };
  return masked;
}

describe('sums of masked updates', () => {
  it('are modulo 2^32, over all chunks, and hand each vector on', async () => {
    const vectors = [vectorOf(2_654_435_761), vectorOf(40_503), vectorOf(4_294_967_291)];
    const kept: Uint8Array[] = [];
    const sum = await sumMasked(
      vectors.map((vector) => update(vector, kept)),
      WORDS,
    );
    const expected = Uint32Array.from({ length: WORDS }, (_, i) =>
      vectors.reduce((total, vector) => (total + (vector[i] ?? 0)) >>> 0, 0),
    );
    expect(Buffer.from(encodeVector(sum)).equals(encodeVector(expected))).toBe(true);
    expect(kept.map(contentHash)).toEqual(vectors.map((one) => contentHash(encodeVector(one))));
  });

  it.each([
    ['changed', { vectorHash: contentHash(new Uint8Array(4)) }],
    ['shorter than it was', { chunkCount: 1 }],
  ])('are refused when an update on disk is %s', async (_, changes) => {
    const kept: Uint8Array[] = [];
    const summed = sumMasked([update(vectorOf(3), kept, changes)], WORDS);
    await expect(summed).rejects.toMatchObject({ code: 'internal' });
    expect(kept).toEqual([]);
  });
});

describe('taking masks off', () => {
  it('in steps is what it is at once', async () => {
    const masks: Mask[] = Array.from({ length: 13 }, (_, i) => ({
      seed: randomBytes(32),
      sign: i % 2 === 0 ? 1 : -1,
    }));
    const [atOnce, inSteps] = [vectorOf(5), vectorOf(5)];
    addMasks(atOnce, masks);
    await takeOffMasks(inSteps, masks);
    expect(Buffer.from(inSteps.buffer).equals(Buffer.from(atOnce.buffer))).toBe(true);
  });

  it.each([
    [10, 3],
    [7, 7],
    [2, 4],
    [1_000_003, 8],
  ])('covers %d words in %d ranges, each once', (words, count) => {
    const ranges = rangesOf(words, count);
    expect(ranges[0]?.from).toBe(0);
    expect(ranges.at(-1)?.to).toBe(words);
    ranges.slice(1).forEach(({ from }, i) => {
      expect(from).toBe(ranges[i]?.to);
    });
  });
});
