/**
 * The bound on the aggregate's norm. A secure sum shows no single update, so this is what there is against a site that sends a delta
 * far out of range. The verifier decides it with this same code: one square and one addition a parameter, in the schema's order.
 */
import { dequantiseMean, type MeanInput } from '../tensors/index.js';
import { meanOfSums, type RingSums } from './grouped-mean.js';

/**
 * The squared L2 norm of the mean delta, in float64.
 * @throws RangeError as dequantiseMean and meanOfSums
 */
export function squaredNormOfMean(input: MeanInput | RingSums): number {
  let sum = 0;
  const mean = 'ringSums' in input ? meanOfSums(input) : dequantiseMean(input);
  for (const { data } of mean.values()) {
    for (const value of data) {
      sum += value * value;
    }
  }
  return sum;
}

/** @param maxNorm the largest L2 norm that is allowed. @throws RangeError as squaredNormOfMean */
export function exceedsNorm(input: MeanInput | RingSums, maxNorm: number): boolean {
  return squaredNormOfMean(input) > maxNorm * maxNorm;
}
