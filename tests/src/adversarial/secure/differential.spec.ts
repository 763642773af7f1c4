/** The same updates in plain mode, in a secure sum and in NumPy: one sum and one adapter, to the bit. security.md 7.1, case 40. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyUpdate } from '@consilium/shared/aggregation';
import { contentHash } from '@consilium/shared/crypto';
import { secureContext } from '@consilium/shared/secagg';
import { quantise, writeSafetensors } from '@consilium/shared/tensors';
import type { TensorSchema, TensorSet } from '@consilium/shared/tensors';
import { masked, maskedSites, PARTS, ringSumOf, unmasked } from './masked-sites.js';

type Values = Readonly<Record<string, readonly number[]>>;

interface Round {
  readonly weights: readonly number[];
  /** Places of those that are summed. */
  readonly survivors: readonly number[];
  readonly schema: TensorSchema;
  readonly previous: Values;
  readonly deltas: readonly Values[];
  readonly ringSum: readonly number[];
  readonly next: readonly number[];
}

const shared = join(__dirname, '..', '..', '..', '..', 'shared', 'src');
const numpy = JSON.parse(
  readFileSync(join(shared, 'tensors', 'vectors', 'numpy-fixed-point.json'), 'utf8'),
) as readonly Round[];

function setOf(schema: TensorSchema, values: Values): TensorSet {
  return new Map(
    schema.map(({ name, shape }) => [name, { shape, data: Float32Array.from(values[name] ?? []) }]),
  );
}

function totalOf(weights: readonly number[]): number {
  return weights.reduce((sum, weight) => sum + weight, 0);
}

describe('one round in plain mode, in a secure sum and in NumPy (case 40)', () => {
  it.each(numpy)('has one sum and one adapter (vector %#)', (round) => {
    const { weights, survivors: places, schema } = round;
    const [weightTotal, sites] = [totalOf(weights), weights.length];
    const vectors = round.deltas.map((delta, i) => {
      const of = { delta: setOf(schema, delta), schema, weight: weights[i] ?? 0 };
      return quantise({ ...of, weightTotal, sites }).vector;
    });
    const context = secureContext(PARTS);
    const sharers = maskedSites(sites);
    const survivors = sharers.filter((_, i) => places.includes(i)).map(({ siteId }) => siteId);
    const hidden = sharers.flatMap((site, i) =>
      places.includes(i) ? [masked(site, vectors[i] ?? new Uint32Array(), sharers, context)] : [],
    );
    const plain = ringSumOf(places.map((i) => vectors[i] ?? new Uint32Array()));
    const secure = unmasked(hidden, { sites: sharers, survivors, context });
    const adapters = [plain, secure].map((ringSum) =>
      applyUpdate({
        previous: setOf(schema, round.previous),
        ringSum,
        schema,
        weightTotal,
        weightSurvivors: totalOf(places.map((i) => weights[i] ?? 0)),
        sites,
      }),
    );

    expect([...plain]).toEqual(round.ringSum);
    expect([...secure]).toEqual(round.ringSum);
    const hashes = adapters.map((adapter) => contentHash(writeSafetensors(adapter)));
    expect(hashes[1]).toBe(hashes[0]);
    const values = [...(adapters[1]?.values() ?? [])].flatMap(({ data }) => [...data]);
    expect(values).toEqual(round.next);
  });
});
