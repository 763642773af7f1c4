import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';

import { seededRandom } from '../crypto/index.js';
import { encodeFloat } from '../encoding/index.js';
import { refusal } from '../vocabulary/testing/refusal.js';
import {
  dequantiseMean,
  encodeVector,
  fixedPointScale,
  quantise,
  ringAdd,
  schemaSize,
  type TensorSchema,
  type TensorSet,
} from './index.js';

function schemaOf(
  ...tensors: readonly [name: string, size: number, range: number][]
): TensorSchema {
  return tensors.map(([name, size, range]) => ({
    name,
    shape: [size],
    range: encodeFloat(range),
    init: { kind: 'zeros' },
  }));
}

function setOf(values: Readonly<Record<string, readonly number[]>>): TensorSet {
  return new Map(
    Object.entries(values).map(([name, data]) => [
      name,
      { shape: [data.length], data: Float32Array.from(data) },
    ]),
  );
}

interface Case {
  readonly weights: number[];
  readonly survivors: number[];
  readonly schema: TensorSchema;
  readonly deltas: Record<string, number[]>[];
  readonly vectors: number[][];
  readonly cut: number[];
}

const numpy = JSON.parse(
  readFileSync(join(__dirname, 'vectors', 'numpy-fixed-point.json'), 'utf8'),
) as readonly Case[];

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, x) => sum + x, 0);
}

/** Of one site among `sites` with half of all weight. */
function half(values: readonly number[], range: number, sites = 2) {
  const schema = schemaOf(['w', values.length, range]);
  const { vector, cut } = quantise({
    delta: setOf({ w: values }),
    schema,
    weight: 1,
    weightTotal: 2,
    sites,
  });
  return { numbers: [...new Int32Array(vector.buffer)], cut };
}

describe('quantise (fixed-point form of an update)', () => {
  it.each(numpy)('gives the integers that NumPy gives (vector %#)', (vector) => {
    vector.deltas.forEach((delta, i) => {
      const shaped = new Map(
        vector.schema.map(({ name, shape }) => [
          name,
          { shape, data: Float32Array.from(delta[name] ?? []) },
        ]),
      );
      const found = quantise({
        delta: shaped,
        schema: vector.schema,
        weight: vector.weights[i] ?? 0,
        weightTotal: total(vector.weights),
        sites: vector.weights.length,
      });
      expect([...found.vector]).toEqual(vector.vectors[i]);
      expect(found.cut).toBe(vector.cut[i]);
    });
  });

  it('rounds to the nearest whole number and ties to the even one', () => {
    expect(fixedPointScale(2 ** 19, 2)).toBe(4095);
    expect(half([1, 3, -1, -3, 5, 1.1], 2 ** 19).numbers).toEqual([
      2048, 6142, -2048, -6142, 10238, 2252,
    ]);
  });

  it('moves coordinates beyond the range to its bound and counts them (case 30)', () => {
    const { numbers, cut } = half([1, -1, 1.0000001, -2, 1e38, -1e38], 1);
    const bound = numbers[0];
    expect(numbers).toEqual([bound, -(bound ?? 0), bound, -(bound ?? 0), bound, -(bound ?? 0)]);
    expect(cut).toBe(4);
  });

  it('makes zero of -0 and of subnormal numbers (case 30)', () => {
    expect(half([0, -0, 1e-45, -1e-45], 1)).toEqual({ numbers: [0, 0, 0, 0], cut: 0 });
  });

  it.each([Number.NaN, Infinity, -Infinity])(
    'refuses %p and names the tensor, not the value (case 30)',
    (x) => {
      const schema = schemaOf(['a', 1, 1], ['b', 3, 1]);
      const delta = setOf({ a: [0], b: [0, 0, x] });
      expect(() => quantise({ delta, schema, weight: 1, weightTotal: 1, sites: 3 })).toThrow(
        refusal('non-finite', 'tensor b is not finite at 2'),
      );
    },
  );

  it('lays tensors out in the order of the schema, whatever that of the set', () => {
    const schema = schemaOf(['a', 1, 1], ['b', 2, 1]);
    const input = { schema, weight: 1, weightTotal: 1, sites: 3 };
    const one = quantise({ ...input, delta: setOf({ a: [0.5], b: [0.25, -1] }) });
    const other = quantise({ ...input, delta: setOf({ b: [0.25, -1], a: [0.5] }) });
    expect(other).toEqual(one);
    expect(one.vector[0]).toBeGreaterThan(one.vector[1] ?? 0);
  });

  it.each([
    ['lacks a tensor', setOf({ a: [0] }), 'b is missing'],
    ['has one more', setOf({ a: [0], b: [0, 0], c: [0] }), 'c is not in the schema'],
    ['has another shape', setOf({ a: [0], b: [0] }), 'b has shape [1], not [2]'],
  ])('refuses a delta that %s (case 31)', (_, delta, message) => {
    const schema = schemaOf(['a', 1, 1], ['b', 2, 1]);
    expect(() => quantise({ delta, schema, weight: 1, weightTotal: 1, sites: 3 })).toThrow(
      refusal('bad-tensor-schema', message),
    );
  });

  it.each([
    [0, 10],
    [-1, 10],
    [0.5, 10],
    [Number.NaN, 10],
    [2 ** 53, 2 ** 53],
    [11, 10],
    [1, Number.NaN],
    [1, 2 ** 53],
  ])('refuses the weight %p of a total of %p', (weight, weightTotal) => {
    const input = { delta: setOf({ w: [1] }), schema: schemaOf(['w', 1, 1]), sites: 3 };
    expect(() => quantise({ ...input, weight, weightTotal })).toThrow(RangeError);
  });
});

describe('the fixed-point scale', () => {
  it.each([
    [1, 3, 2 ** 31 - 4],
    [1, 1000, 2 ** 31 - 1001],
    [0.1, 10, 21474836370],
    [2 ** -22, 1, 9007199246352384],
  ])('of range %p and %p sites is %p', (range, sites, scale) => {
    expect(fixedPointScale(range, sites)).toBe(scale);
  });

  it.each([0, -1, 1.5, 1001, Number.NaN])('is refused for %p sites', (sites) => {
    expect(() => fixedPointScale(1, sites)).toThrow(RangeError);
  });

  it.each([0, -1, 2 ** 31, 1e-300, Infinity, Number.NaN])(
    'is refused for the range %p',
    (range) => {
      expect(() => fixedPointScale(range, 3)).toThrow(RangeError);
    },
  );
});

describe('a sum of updates', () => {
  const sites = fc.integer({ min: 3, max: 1000 });
  const range = fc.constantFrom(2 ** -22, 0.01, 0.1, 1, 3, 1000.3, 2 ** 19);
  const seed = fc.integer();
  const largest = fc.constantFrom(1, 2, 1000, 2 ** 31 - 1);

  /** Each site holds +C, -C, a sign of its own and a value of its own. */
  function drawSites(n: number, bound: number, from: number, largestWeight: number) {
    const random = seededRandom(`${from}`);
    const reach = Math.fround(bound) * 1.5;
    return Array.from({ length: n }, () => ({
      weight: 1 + random.integer(largestWeight),
      values: [
        reach,
        -reach,
        random.integer(2) === 0 ? reach : -reach,
        (random.uniform() * 2 - 1) * bound,
      ],
    }));
  }

  it('is exact and never wraps: all coordinates at the bounds, any weights, 3 to 1000 sites, any dropouts (case 32)', () => {
    fc.assert(
      fc.property(sites, range, seed, largest, (n, bound, from, largestWeight) => {
        const schema = schemaOf(['w', 4, bound]);
        const drawn = drawSites(n, bound, from, largestWeight);
        const weightTotal = total(drawn.map(({ weight }) => weight));
        const ringSum = new Uint32Array(schemaSize(schema));
        const exact = [0, 0, 0, 0];
        let largestSum = 0;
        drawn.forEach(({ weight, values }) => {
          const delta = setOf({ w: values });
          const { vector } = quantise({ delta, schema, weight, weightTotal, sites: n });
          ringAdd(ringSum, encodeVector(vector));
          new Int32Array(vector.buffer).forEach((q, k) => {
            exact[k] = (exact[k] ?? 0) + q;
          });
          largestSum = Math.max(largestSum, ...exact.map(Math.abs));
        });
        expect(largestSum).toBeLessThan(2 ** 31);
        expect([...new Int32Array(ringSum.buffer)]).toEqual(exact);
      }),
      { numRuns: 60 },
    );
  });

  it('gives the weighted mean of those that are in it, within n / scale', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 40 }), range, seed, largest, (n, bound, from, most) => {
        const schema = schemaOf(['w', 4, bound]);
        const drawn = drawSites(n, bound, from, most);
        const weightTotal = total(drawn.map(({ weight }) => weight));
        const survivors = drawn.filter((_, i) => i % 3 !== 1);
        const weightSurvivors = total(survivors.map(({ weight }) => weight));
        const ringSum = new Uint32Array(4);
        survivors.forEach(({ weight, values }) => {
          const delta = setOf({ w: values });
          const { vector } = quantise({ delta, schema, weight, weightTotal, sites: n });
          ringAdd(ringSum, encodeVector(vector));
        });
        const mean = dequantiseMean({ ringSum, schema, weightTotal, weightSurvivors, sites: n });
        const share = weightTotal / weightSurvivors;
        const deviation = (n / fixedPointScale(bound, n)) * share + bound * 1e-12;
        mean.get('w')?.data.forEach((found, k) => {
          const clipped = survivors.map(({ weight, values }) => {
            const value = Math.fround(values[k] ?? 0);
            return Math.min(bound, Math.max(-bound, value)) * (weight / weightSurvivors);
          });
          expect(Math.abs(found - total(clipped))).toBeLessThanOrEqual(deviation);
        });
        expect(mean.get('w')?.data).toHaveLength(4);
      }),
    );
  });
});

describe('dequantiseMean', () => {
  const schema = schemaOf(['a', 1, 1], ['b', 2, 0.5]);
  const input = {
    ringSum: new Uint32Array(3),
    schema,
    weightTotal: 10,
    weightSurvivors: 5,
    sites: 3,
  };

  it('reads the upper half of the ring as negative numbers', () => {
    const scale = fixedPointScale(1, 3);
    const mean = dequantiseMean({ ...input, ringSum: Uint32Array.of(2 ** 32 - scale, 0, 0) });
    expect(mean.get('a')?.data).toEqual(Float64Array.of(-2));
  });

  it('reads a sum that begins within a larger buffer', () => {
    const ringSum = Uint32Array.of(9, fixedPointScale(1, 3), 0, 0).subarray(1);
    expect(dequantiseMean({ ...input, ringSum }).get('a')?.data).toEqual(Float64Array.of(2));
  });

  it.each([
    ['a sum of another length', { ringSum: new Uint32Array(4) }],
    ['no survivor', { weightSurvivors: 0 }],
    ['survivors with more than all weight', { weightSurvivors: 11 }],
    ['a weight that is no number', { weightTotal: Number.NaN }],
    ['no sites', { sites: 0 }],
  ])('refuses %s', (_, change) => {
    expect(() => dequantiseMean({ ...input, ...change })).toThrow(RangeError);
  });
});
