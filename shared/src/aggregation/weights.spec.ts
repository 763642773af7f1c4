import { refusal } from '../vocabulary/testing/refusal.js';
import { aggregationWeight, LARGEST_WEIGHT, requireWeight, weightTotal } from './index.js';

const badMessage = refusal('bad-message');

describe('an aggregation weight', () => {
  it('is the number of images, up to the cap of the study', () => {
    expect(aggregationWeight(320)).toBe(320);
    expect(aggregationWeight(320, 320)).toBe(320);
    expect(aggregationWeight(321, 320)).toBe(320);
    expect(aggregationWeight(2 ** 40)).toBe(LARGEST_WEIGHT);
  });

  it.each([0, -1, 0.5, Number.NaN, Infinity, 2 ** 53])('is refused for %p images', (images) => {
    expect(() => aggregationWeight(images)).toThrow(RangeError);
  });

  it.each([0, -1, 0.5, Number.NaN, LARGEST_WEIGHT + 1])('is refused for a cap of %p', (cap) => {
    expect(() => aggregationWeight(1, cap)).toThrow(RangeError);
  });
});

describe('a weight that a site claims (case 33)', () => {
  it.each([1, 99, 100])('may be %p with a cap of 100', (weight) => {
    expect(requireWeight(weight, 100)).toBe(weight);
  });

  it.each([0, -1, 0.5, Number.NaN, Infinity, 101, 2 ** 53 + 1, '7', null, undefined])(
    'may not be %p with a cap of 100',
    (weight) => {
      expect(() => requireWeight(weight, 100)).toThrow(badMessage);
    },
  );

  it('may not exceed the largest weight of all', () => {
    expect(requireWeight(LARGEST_WEIGHT)).toBe(LARGEST_WEIGHT);
    expect(() => requireWeight(LARGEST_WEIGHT + 1)).toThrow(badMessage);
  });
});

describe('the total of weights', () => {
  it('is exact for a thousand sites of the largest weight', () => {
    const weights = new Array<number>(1000).fill(LARGEST_WEIGHT);
    expect(BigInt(weightTotal(weights))).toBe(1000n * BigInt(LARGEST_WEIGHT));
  });

  it('is refused with one weight that is not valid', () => {
    expect(() => weightTotal([1, 0, 2])).toThrow(badMessage);
  });
});
