/**
 * From a float delta to whole numbers in Z_2^32 and from their sum back to a mean.
 *
 * A site i of n sends q = round(clip(d, -C, C) * (w_i / W) * s) with s = floor((2^31 - 1 - n) / C). The shares w_i / W add up to
 * at most 1 and rounding adds at most 1/2 each, so the sum stays within 2^31 - 1 whichever sites drop out: it cannot wrap.
 * Only + - * / on float64 in a fixed order: every machine gets the same bits.
 */
import { decodeFloat } from '../encoding/index.js';
import { LIMITS } from '../vocabulary/index.js';
import { schemaSize, shapeSize, type TensorSchema } from './tensor-schema.js';
import { nonFinite, requireMatches, requireTensor, type TensorSet } from './tensor-set.js';

const LARGEST_SUM = 2 ** 31 - 1;

/** Added and taken away again, it rounds any |x| < 2^51 to a whole number, ties to even (IEEE 754 default rounding). */
const ROUNDER = 1.5 * 2 ** 52;

export interface QuantiseInput {
  readonly delta: TensorSet;
  readonly schema: TensorSchema;
  /** This site's aggregation weight w_i. */
  readonly weight: number;
  /** W: the weights of all `sites` together. */
  readonly weightTotal: number;
  /** n: how many sites the attempt began with. */
  readonly sites: number;
}

export interface QuantisedDelta {
  readonly vector: Uint32Array;
  /** How many coordinates lay outside [-C, C] and were moved to the bound. */
  readonly cut: number;
}

/**
 * @throws ConsiliumError 'non-finite' or 'bad-tensor-schema' naming the tensor
 * @throws RangeError unless weights are whole, 0 < weight <= weightTotal, and sites is within the protocol's limits
 */
export function quantise(input: QuantiseInput): QuantisedDelta {
  const { delta, schema, weight, weightTotal, sites } = input;
  requireWeights(weight, weightTotal);
  requireMatches(schema, delta);
  const vector = new Uint32Array(schemaSize(schema));
  let begin = 0;
  let cut = 0;
  for (const { name, range } of schema) {
    const { data } = requireTensor(delta, name);
    const bound = decodeFloat(range);
    const scale = fixedPointScale(bound, sites);
    const into = vector.subarray(begin, begin + data.length);
    cut += quantiseTensor({ name, data, into, bound, share: weight / weightTotal, scale });
    begin += data.length;
  }
  return { vector, cut };
}

/** A mean delta by tensor name: float64, since the last rounding belongs to the server optimizer. */
export type MeanDelta = ReadonlyMap<
  string,
  { readonly shape: readonly number[]; readonly data: Float64Array }
>;

export interface MeanInput {
  readonly ringSum: Uint32Array;
  readonly schema: TensorSchema;
  /** W: the weights of all `sites` together, as quantised with. */
  readonly weightTotal: number;
  /** The weights of the sites whose updates are in the sum. */
  readonly weightSurvivors: number;
  readonly sites: number;
}

/**
 * The weighted mean of the survivors' deltas: (sum / s) * (W / W_survivors).
 * @throws RangeError when the sum's length, the weights or the number of sites are out of range
 */
export function dequantiseMean(input: MeanInput): MeanDelta {
  const { ringSum, schema, weightTotal, weightSurvivors, sites } = input;
  requireWeights(weightSurvivors, weightTotal);
  if (ringSum.length !== schemaSize(schema)) {
    throw new RangeError(`ringSum has ${ringSum.length} words, not ${schemaSize(schema)}`);
  }
  const signed = new Int32Array(ringSum.buffer, ringSum.byteOffset, ringSum.length);
  const boost = weightTotal / weightSurvivors;
  const mean = new Map<string, { shape: readonly number[]; data: Float64Array }>();
  let begin = 0;
  for (const { name, shape, range } of schema) {
    const scale = fixedPointScale(decodeFloat(range), sites);
    const data = new Float64Array(shapeSize(shape));
    for (let i = 0; i < data.length; i += 1) {
      data[i] = ((signed[begin + i] as number) / scale) * boost;
    }
    mean.set(name, { shape, data });
    begin += data.length;
  }
  return mean;
}

/**
 * s: how many whole numbers a distance of 1 spans.
 * @param range C, greater than 0
 * @throws RangeError unless sites is within the protocol's limits and the scale is a whole number from 1 to 2^53
 */
export function fixedPointScale(range: number, sites: number): number {
  if (!Number.isInteger(sites) || sites < 1 || sites > LIMITS.sitesPerStudy) {
    throw new RangeError(`sites must be from 1 to ${LIMITS.sitesPerStudy}, got ${sites}`);
  }
  const scale = Math.floor((LARGEST_SUM - sites) / range);
  if (!(scale >= 1 && scale <= 2 ** 53)) {
    throw new RangeError(`range ${range} leaves no fixed-point scale`);
  }
  return scale;
}

interface TensorJob {
  readonly name: string;
  readonly data: Float32Array;
  readonly into: Uint32Array;
  readonly bound: number;
  readonly share: number;
  readonly scale: number;
}

function quantiseTensor({ name, data, into, bound, share, scale }: TensorJob): number {
  let cut = 0;
  for (let i = 0; i < data.length; i += 1) {
    let value = data[i] as number;
    // Written so that NaN fails the comparison: stored in a Uint32Array it would silently become 0.
    if (!(value >= -bound && value <= bound)) {
      if (!Number.isFinite(value)) {
        throw nonFinite(name, i);
      }
      value = value > 0 ? bound : -bound;
      cut += 1;
    }
    into[i] = value * share * scale + ROUNDER - ROUNDER;
  }
  return cut;
}

function requireWeights(weight: number, weightTotal: number): void {
  if (!Number.isSafeInteger(weight) || weight < 1) {
    throw new RangeError(`weight must be a whole number of at least 1, got ${weight}`);
  }
  if (!Number.isSafeInteger(weightTotal) || weightTotal < weight) {
    throw new RangeError(`weightTotal must be a whole number of at least ${weight}`);
  }
}
