import { encodeFloat } from '../encoding/index.js';
import { quantise, type TensorSchema, type TensorSet } from '../tensors/index.js';
import { exceedsNorm, squaredNormOfMean } from './norm-bound.js';

const SCHEMA: TensorSchema = [
  { name: 'weight', shape: [2], range: encodeFloat(8), init: { kind: 'zeros' } },
  { name: 'bias', shape: [1], range: encodeFloat(8), init: { kind: 'zeros' } },
];
/** Of the scale at this range and three sites: what rounding adds to a parameter. */
const STEP = 8 / (2 ** 31 - 4);

function deltaOf([first = 0, second = 0, third = 0]: readonly number[]): TensorSet {
  return new Map([
    ['weight', { shape: [2], data: Float32Array.of(first, second) }],
    ['bias', { shape: [1], data: Float32Array.of(third) }],
  ]);
}

/** The ring sum of one site that carries all the weight. */
function sumOf(values: readonly number[]) {
  const shared = { schema: SCHEMA, weightTotal: 10, sites: 3 };
  const { vector } = quantise({ ...shared, delta: deltaOf(values), weight: 10 });
  return { ...shared, ringSum: vector, weightSurvivors: 10 };
}

describe('the norm of a mean delta', () => {
  it('is that of all its tensors together', () => {
    expect(squaredNormOfMean(sumOf([3, 4, 0]))).toBeCloseTo(25, 6);
    expect(squaredNormOfMean(sumOf([2, -3, 6]))).toBeCloseTo(49, 6);
    expect(squaredNormOfMean(sumOf([0, 0, 0]))).toBe(0);
  });

  it('is that of the mean, not of the sum: lost sites do not shorten it', () => {
    const { ringSum, ...shared } = sumOf([3, 4, 0]);
    const halved = { ...shared, ringSum, weightSurvivors: 5 };
    expect(squaredNormOfMean(halved)).toBeCloseTo(100, 6);
  });

  it('of groups is that of what comes of their means', () => {
    const [low, middle, high] = [
      [0, 0, 0],
      [3, 4, 0],
      [8, 8, 8],
    ].map((one) => sumOf(one).ringSum);
    const ringSums = Uint32Array.from([...(low ?? []), ...(high ?? []), ...(middle ?? [])]);
    const { schema, weightTotal, sites } = sumOf([]);
    const groups = {
      ringSums,
      stride: 3,
      weights: [10, 10, 10],
      combine: { kind: 'median' },
    } as const;
    expect(squaredNormOfMean({ schema, weightTotal, sites, ...groups })).toBeCloseTo(25, 6);
  });
});

describe('the bound on it', () => {
  it('lets pass what is just as long, and nothing longer', () => {
    const sum = sumOf([3, 4, 0]);
    const norm = Math.sqrt(squaredNormOfMean(sum));
    expect(exceedsNorm(sum, 5 + 2 * STEP)).toBe(false);
    expect(exceedsNorm(sum, norm * (1 + 2 ** -50))).toBe(false);
    expect(exceedsNorm(sum, 5 - 2 * STEP)).toBe(true);
  });
});
