import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { encodeFloat } from '../encoding/index.js';
import {
  encodeVector,
  fixedPointScale,
  initialTensors,
  quantise,
  writeSafetensors,
  type TensorSchema,
  type TensorSet,
} from '../tensors/index.js';
import { refusal } from '../vocabulary/testing/refusal.js';
import { applyUpdate, createRingSum, weightTotal } from './index.js';

interface Case {
  readonly weights: number[];
  readonly survivors: number[];
  readonly schema: TensorSchema;
  readonly previous: Record<string, number[]>;
  readonly deltas: Record<string, number[]>[];
  readonly vectors: number[][];
  readonly ringSum: number[];
  readonly next: number[];
}

const numpy = JSON.parse(
  readFileSync(join(__dirname, '..', 'tensors', 'vectors', 'numpy-fixed-point.json'), 'utf8'),
) as readonly Case[];

function setOf(schema: TensorSchema, values: Readonly<Record<string, number[]>>): TensorSet {
  return new Map(
    schema.map(({ name, shape }) => [name, { shape, data: Float32Array.from(values[name] ?? []) }]),
  );
}

function total(numbers: readonly number[], of: readonly number[]): number {
  return weightTotal(of.map((i) => numbers[i] ?? 0));
}

/** Adds an update in pieces of a size that is no multiple of four. */
function addInPieces(
  sum: { add(bytes: Uint8Array, offset: number): void },
  bytes: Uint8Array,
): void {
  for (let offset = 0; offset < bytes.length; offset += 13) {
    sum.add(bytes.subarray(offset, offset + 13), offset);
  }
}

const one = encodeFloat(1);
const schema: TensorSchema = [
  { name: 'a', shape: [2], range: one, init: { kind: 'uniform', bound: one } },
  { name: 'b', shape: [1], range: one, init: { kind: 'zeros' } },
];

describe('a round of aggregation', () => {
  it.each(numpy)(
    'gives the sum and the checkpoint that NumPy gives, to the bit (vector %#)',
    (vector) => {
      const sum = createRingSum(vector.schema);
      vector.survivors.forEach((site) => {
        addInPieces(sum, encodeVector(Uint32Array.from(vector.vectors[site] ?? [])));
      });
      expect([...sum.vector]).toEqual(vector.ringSum);
      const next = applyUpdate({
        previous: setOf(vector.schema, vector.previous),
        ringSum: sum.vector,
        schema: vector.schema,
        weightTotal: weightTotal(vector.weights),
        weightSurvivors: total(vector.weights, vector.survivors),
        sites: vector.weights.length,
      });
      expect([...next.values()].flatMap(({ data }) => [...data])).toEqual(vector.next);
    },
  );

  it('gives the same file whichever order the updates come in', () => {
    const weights = [3, 5, 8];
    const updates = weights.map((weight, site) => {
      const delta = initialTensors(schema, `site ${site}`);
      return quantise({ delta, schema, weight, weightTotal: 16, sites: 3 }).vector;
    });
    const files = [updates, [...updates].reverse()].map((ordered) => {
      const sum = createRingSum(schema);
      ordered.forEach((vector) => {
        addInPieces(sum, encodeVector(vector));
      });
      const previous = initialTensors(schema, 'start');
      const whole = { schema, weightTotal: 16, weightSurvivors: 16, sites: 3 };
      return writeSafetensors(applyUpdate({ previous, ringSum: sum.vector, ...whole }));
    });
    expect(files[1]).toEqual(files[0]);
  });
});

describe('applyUpdate', () => {
  const previous = setOf(schema, { a: [1, 2], b: [3] });
  const ringSum = Uint32Array.of(fixedPointScale(1, 3), 0, 2 ** 32 - fixedPointScale(1, 3));
  const input = { previous, ringSum, schema, weightTotal: 4, weightSurvivors: 4, sites: 3 };

  it('adds the mean to the checkpoint before', () => {
    expect(applyUpdate(input)).toEqual(setOf(schema, { a: [2, 2], b: [2] }));
  });

  it('divides by the weights of the survivors alone', () => {
    const next = applyUpdate({ ...input, weightSurvivors: 2 });
    expect(next).toEqual(setOf(schema, { a: [3, 2], b: [1] }));
  });

  it('leaves the checkpoint before as it was', () => {
    applyUpdate(input);
    expect(previous).toEqual(setOf(schema, { a: [1, 2], b: [3] }));
  });

  it('orders tensors as the schema does', () => {
    const next = applyUpdate({ ...input, previous: new Map([...previous].reverse()) });
    expect([...next.keys()]).toEqual(['a', 'b']);
  });

  it('refuses a checkpoint of another schema', () => {
    const other = setOf(schema, { a: [1], b: [3] });
    expect(() => applyUpdate({ ...input, previous: other })).toThrow(
      refusal('bad-tensor-schema', 'tensor a holds 1 values, not 2'),
    );
  });

  it('refuses a checkpoint that is not finite, by the name of the tensor', () => {
    const broken = setOf(schema, { a: [1, Number.NaN], b: [3] });
    expect(() => applyUpdate({ ...input, previous: broken })).toThrow(
      refusal('non-finite', 'tensor a is not finite at 1'),
    );
  });

  it('refuses a sum of another length', () => {
    expect(() => applyUpdate({ ...input, ringSum: new Uint32Array(4) })).toThrow(RangeError);
  });
});

describe('a ring sum', () => {
  it('begins at zero with a word for each parameter', () => {
    expect(createRingSum(schema).vector).toEqual(new Uint32Array(3));
  });

  it('refuses a piece beyond the update and stays as it was', () => {
    const sum = createRingSum(schema);
    expect(() => sum.add(new Uint8Array(9).fill(1), 4)).toThrow(refusal('bad-update', 'outside'));
    expect(sum.vector).toEqual(new Uint32Array(3));
  });
});
