/**
 * From the ring sums of an attempt to the next adapter checkpoint: one sum of all sites, or one of each group, whose weighted means
 * become one by the coordinate-wise median or trimmed mean (Yin et al. 2018, ICML, definitions 1 and 2). As in `server-update` only
 * + - * / on float64 in a fixed order, and one rounding to float32 at the end, so that sites and verifier get the same bits.
 */
import {
  dequantiseMean,
  schemaSize,
  shapeSize,
  type MeanDelta,
  type MeanInput,
  type TensorSet,
} from '../tensors/index.js';
import { applyMean } from './server-update.js';

/** How the means of several groups become one. */
export type CombineRule =
  | { readonly kind: 'median' }
  /** So many of the largest and as many of the smallest values are left out. */
  | { readonly kind: 'trimmed-mean'; readonly trim: number };

export interface RingSums extends Pick<MeanInput, 'schema' | 'weightTotal' | 'sites'> {
  /** The sums one after the other, each `stride` words: the parameters first, then words that are no parameters. */
  readonly ringSums: Uint32Array;
  readonly stride: number;
  /** What the survivors of each sum weigh together. */
  readonly weights: readonly number[];
  /** How several means become one; undefined where all sites are in one sum. */
  readonly combine: CombineRule | undefined;
}

/**
 * The next adapter checkpoint, tensors in the schema's order: float32(previous + mean).
 * @throws RangeError as meanOfSums; ConsiliumError as applyMean
 */
export function applyRingSums({
  previous,
  ...sums
}: RingSums & { readonly previous: TensorSet }): TensorSet {
  return applyMean(previous, sums.schema, meanOfSums(sums));
}

/**
 * The mean delta: that of the one sum, or the one that `combine` makes of those of the groups, which count alike whatever they weigh.
 * @throws RangeError unless there are as many sums as weights, several sums have a rule and `trim` leaves one; as dequantiseMean
 */
export function meanOfSums({ ringSums, stride, weights, combine, ...shared }: RingSums): MeanDelta {
  const parameters = schemaSize(shared.schema);
  if (ringSums.length !== stride * weights.length || stride < parameters) {
    throw new RangeError(
      `${ringSums.length} words are not ${weights.length} sums of ${stride} words with ${parameters} parameters each`,
    );
  }
  const sums = weights.map((weightSurvivors, i) => ({
    ...shared,
    weightSurvivors,
    ringSum: ringSums.subarray(i * stride, i * stride + parameters),
  }));
  if (combine !== undefined) {
    return meanOfGroups(sums, trimOf(combine, sums.length));
  }
  const [only, another] = sums;
  if (only === undefined || another !== undefined) {
    throw new RangeError(`no rule makes one mean of ${sums.length}`);
  }
  return dequantiseMean(only);
}

/** So many of the smallest and of the largest of the means do not count. @throws RangeError when none would be left */
function trimOf(combine: CombineRule, groups: number): number {
  const trim = combine.kind === 'median' ? Math.ceil(groups / 2) - 1 : combine.trim;
  if (groups < 1 || groups <= 2 * trim) {
    throw new RangeError(`of ${groups} groups ${trim} cannot be left out at each end`);
  }
  return trim;
}

/** Tensor by tensor, so that the means of all groups are in memory for one at a time. */
function meanOfGroups(sums: readonly MeanInput[], trim: number): MeanDelta {
  const mean = new Map<string, { shape: readonly number[]; data: Float64Array }>();
  let begin = 0;
  for (const tensor of sums[0]?.schema ?? []) {
    const end = begin + shapeSize(tensor.shape);
    const means = sums.map((sum) => {
      const piece = { ...sum, schema: [tensor], ringSum: sum.ringSum.subarray(begin, end) };
      return dequantiseMean(piece).get(tensor.name)?.data ?? new Float64Array();
    });
    mean.set(tensor.name, { shape: tensor.shape, data: middles(means, end - begin, trim) });
    begin = end;
  }
  return mean;
}

function middles(means: readonly Float64Array[], length: number, trim: number): Float64Array {
  const middle = new Float64Array(length);
  const values = new Float64Array(means.length);
  for (let i = 0; i < length; i += 1) {
    for (let group = 0; group < means.length; group += 1) {
      values[group] = (means[group] as Float64Array)[i] as number;
    }
    middle[i] = middleOf(values.sort(), trim);
  }
  return middle;
}

/** The mean of what is left, added up from the smallest. @param sorted ascending */
function middleOf(sorted: Float64Array, trim: number): number {
  let sum = 0;
  for (let i = trim; i < sorted.length - trim; i += 1) {
    sum += sorted[i] as number;
  }
  return sum / (sorted.length - 2 * trim);
}
