/** The adapter before the first round: the same on every machine, drawn from the study's seed. */
import { seededRandom } from '../crypto/index.js';
import { decodeFloat } from '../encoding/index.js';
import { shapeSize, type TensorSchema, type TensorSpec } from './tensor-schema.js';
import { type TensorSet } from './tensor-set.js';

/**
 * Zeros, or values drawn evenly from [-bound, bound) and rounded to float32. Each tensor has a stream of its own, so adding
 * one leaves the others as they were.
 */
export function initialTensors(schema: TensorSchema, seed: string): TensorSet {
  return new Map(
    schema.map((spec) => [spec.name, { shape: spec.shape, data: initialData(spec, seed) }]),
  );
}

function initialData({ name, shape, init }: TensorSpec, seed: string): Float32Array {
  const data = new Float32Array(shapeSize(shape));
  if (init.kind === 'zeros') {
    return data;
  }
  const bound = decodeFloat(init.bound);
  const random = seededRandom(`${seed}/initial/${name}`);
  for (let i = 0; i < data.length; i += 1) {
    data[i] = (2 * random.uniform() - 1) * bound;
  }
  return data;
}
