/**
 * From the ring sum to the next adapter checkpoint. The verifier recomputes it with this same code, so it uses only + - * / on
 * float64, in the schema's order, and one rounding to float32 at the end: every machine gets the same bits.
 */
import {
  dequantiseMean,
  nonFinite,
  requireMatches,
  requireTensor,
  type MeanDelta,
  type MeanInput,
  type TensorSchema,
  type TensorSet,
} from '../tensors/index.js';

/** What turns the mean delta into the step that is taken. */
export type ServerOptimizer = { readonly kind: 'mean' };

export interface UpdateInput extends MeanInput {
  /** The adapter checkpoint that the sites trained from. */
  readonly previous: TensorSet;
}

/**
 * The next adapter checkpoint: float32(previous + mean), tensors in the schema's order.
 * @throws ConsiliumError 'bad-tensor-schema' when the checkpoint does not fit, 'non-finite' naming a tensor that overflows
 * @throws RangeError as dequantiseMean
 */
export function applyUpdate({ previous, ...input }: UpdateInput): TensorSet {
  return applyMean(previous, input.schema, dequantiseMean(input));
}

/**
 * As applyUpdate, of a mean delta in the schema's order, whatever it is the mean of.
 * @throws ConsiliumError as applyUpdate
 */
export function applyMean(previous: TensorSet, schema: TensorSchema, delta: MeanDelta): TensorSet {
  requireMatches(schema, previous);
  const next = new Map<string, { shape: readonly number[]; data: Float32Array }>();
  for (const [name, { shape, data: mean }] of delta) {
    const { data: before } = requireTensor(previous, name);
    const data = new Float32Array(mean.length);
    for (let i = 0; i < data.length; i += 1) {
      const value = Math.fround((before[i] as number) + (mean[i] as number));
      if (!Number.isFinite(value)) {
        throw nonFinite(name, i);
      }
      data[i] = value;
    }
    next.set(name, { shape, data });
  }
  return next;
}
