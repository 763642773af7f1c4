/** How much each site counts in the mean. Weights are public whole numbers, so that they add up exactly. */
import { ConsiliumError } from '../vocabulary/index.js';

/** No site may count more than this, whatever a study says: a thousand of them still add up exactly in a float64. */
export const LARGEST_WEIGHT = 2 ** 31 - 1;

/**
 * A site's aggregation weight: its training images, but never more than the study's cap, so that no site drowns the others.
 * @param images how many images the site trained on, at least 1
 * @param cap the study's limit, from 1 to LARGEST_WEIGHT
 * @throws RangeError when either is out of range
 */
export function aggregationWeight(images: number, cap = LARGEST_WEIGHT): number {
  if (!isWeight(cap, LARGEST_WEIGHT)) {
    throw new RangeError(`cap must be a whole number from 1 to ${LARGEST_WEIGHT}, got ${cap}`);
  }
  if (!isWeight(images, Number.MAX_SAFE_INTEGER)) {
    throw new RangeError(`images must be a whole number of at least 1, got ${images}`);
  }
  return Math.min(images, cap);
}

/**
 * Checks a weight that a site claims.
 * @throws ConsiliumError 'bad-message' unless it is a whole number from 1 to the cap
 */
export function requireWeight(weight: unknown, cap = LARGEST_WEIGHT): number {
  if (typeof weight !== 'number' || !isWeight(weight, cap)) {
    throw new ConsiliumError(
      'bad-message',
      `an aggregation weight must be a whole number from 1 to ${cap}`,
    );
  }
  return weight;
}

/** W: what the weights of some sites add up to. @throws ConsiliumError 'bad-message' as requireWeight. */
export function weightTotal(weights: readonly number[]): number {
  return weights.reduce((sum, weight) => sum + requireWeight(weight), 0);
}

function isWeight(value: number, cap: number): boolean {
  return Number.isSafeInteger(value) && value >= 1 && value <= cap;
}
