import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom } from '../crypto/index.js';
import { encodeFloat } from '../encoding/index.js';
import { dequantiseMean, type TensorSchema } from '../tensors/index.js';
import { refusal } from '../vocabulary/testing/refusal.js';
import { applyRingSums, meanOfSums, type CombineRule, type RingSums } from './grouped-mean.js';
import { applyUpdate } from './server-update.js';

interface Case {
  readonly range: number;
  readonly sites: number;
  readonly weightTotal: number;
  readonly weights: number[];
  readonly combine: CombineRule;
  readonly previous: number[];
  readonly ringSums: number[];
  readonly next: number[];
}

const scipy = JSON.parse(
  readFileSync(join(__dirname, 'vectors', 'grouped-mean.json'), 'utf8'),
) as readonly Case[];

/** Two tensors, so that the second one's words begin in the middle of a sum. */
function schemaOf(parameters: number, range: number): TensorSchema {
  const common = { range: encodeFloat(range), init: { kind: 'zeros' } } as const;
  return [
    { name: 'a', shape: [3], ...common },
    { name: 'b', shape: [parameters - 3], ...common },
  ];
}

function checkpoint(schema: TensorSchema, values: readonly number[]) {
  const [a, b] = schema;
  return new Map([
    ['a', { shape: a?.shape ?? [], data: Float32Array.from(values.slice(0, 3)) }],
    ['b', { shape: b?.shape ?? [], data: Float32Array.from(values.slice(3)) }],
  ]);
}

const SCHEMA = schemaOf(7, 0.5);
const MEDIAN = { kind: 'median' } as const;

/** The sums of groups that weigh the same, each of random words. */
function randomSums(groups: number, seed: string, combine: CombineRule | undefined): RingSums {
  const random = seededRandom(seed);
  const words = Array.from({ length: groups * 7 }, () => random.uniform() * 2 ** 32);
  return {
    schema: SCHEMA,
    sites: groups * 5,
    weightTotal: groups * 10,
    weights: Array.from({ length: groups }, () => 10),
    ringSums: Uint32Array.from(words),
    stride: 7,
    combine,
  };
}

const valuesOf = (sums: RingSums): number[] =>
  [...meanOfSums(sums).values()].flatMap(({ data }) => [...data]);

describe('the mean of several ring sums', () => {
  it.each(scipy)('is what NumPy and SciPy make of them, to the bit (vector %#)', (vector) => {
    const schema = schemaOf(vector.previous.length, vector.range);
    const next = applyRingSums({
      ...vector,
      schema,
      stride: vector.previous.length,
      ringSums: Uint32Array.from(vector.ringSums),
      previous: checkpoint(schema, vector.previous),
    });
    expect([...next.values()].flatMap(({ data }) => [...data])).toEqual(vector.next);
  });

  it('is that of the one sum where all sites are in it, whatever follows the parameters', () => {
    const sums = randomSums(1, 'one', undefined);
    const padded = Uint32Array.from([...sums.ringSums, 5, 6]);
    const previous = checkpoint(SCHEMA, [1, 2, 3, 4, 5, 6, 7]);
    const one = { ...sums, ringSum: sums.ringSums, weightSurvivors: 10 };
    expect(applyRingSums({ ...sums, previous, ringSums: padded, stride: 9 })).toEqual(
      applyUpdate({ ...one, previous }),
    );
  });

  it.each([MEDIAN, { kind: 'trimmed-mean', trim: 2 } as const])(
    'stays between the means of the honest groups while the bad ones are few (%j)',
    (combine) => {
      for (let trial = 0; trial < 50; trial += 1) {
        const sums = randomSums(5, `trial ${trial}`, combine);
        // The first two groups have random words, so any value that the ring can hold.
        const honest = [2, 3, 4].map((group) => {
          const ringSum = sums.ringSums.subarray(group * 7, group * 7 + 7);
          const mean = dequantiseMean({ ...sums, ringSum, weightSurvivors: 10 });
          return [...mean.values()].flatMap(({ data }) => [...data]);
        });
        valuesOf(sums).forEach((value, i) => {
          const column = honest.map((mean) => mean[i] as number);
          expect(value).toBeGreaterThanOrEqual(Math.min(...column));
          expect(value).toBeLessThanOrEqual(Math.max(...column));
        });
      }
    },
  );

  it.each([3, 4, 7])('does not depend on the order of %d groups', (groups) => {
    const sums = randomSums(groups, 'order', { kind: 'trimmed-mean', trim: 1 });
    const turned = Uint32Array.from([...sums.ringSums.slice(7), ...sums.ringSums.slice(0, 7)]);
    expect(valuesOf({ ...sums, ringSums: turned })).toEqual(valuesOf(sums));
  });

  it.each([
    ['a rule for several sums', randomSums(3, 'no rule', undefined), 'no rule makes one mean of 3'],
    [
      'a group that is left',
      randomSums(4, 'trim', { kind: 'trimmed-mean', trim: 2 }),
      'of 4 groups 2 cannot be left out',
    ],
    ['as many sums as weights', { ...randomSums(3, 'few', MEDIAN), weights: [1, 2] }, '21 words'],
  ])('needs %s', (_, sums, message) => {
    expect(() => meanOfSums(sums)).toThrow(message);
  });

  it('names a tensor that overflows', () => {
    const sums = { ...randomSums(3, 'large', MEDIAN), weightTotal: 30 };
    const previous = checkpoint(SCHEMA, [1, 2, 3, 4, Number.NaN, 6, 7]);
    expect(() => applyRingSums({ ...sums, previous })).toThrow(
      refusal('non-finite', 'tensor b is not finite at 1'),
    );
  });
});
