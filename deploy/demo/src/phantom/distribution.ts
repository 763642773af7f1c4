/** The few distributions that drawing needs, over the project's repeatable generator. */
import type { SeededRandom } from '@consilium/shared/crypto';

/** A number spread evenly over [low, high). */
export function between(random: SeededRandom, low: number, high: number): number {
  return low + (high - low) * random.uniform();
}

/** A whole number spread evenly over [low, high], both included. */
export function wholeBetween(random: SeededRandom, low: number, high: number): number {
  return low + random.integer(high - low + 1);
}

/**
 * A number of mean 0 and deviation 1, as the scaled sum of four bytes: bounded at 3.5 deviations, which suits tissue and
 * cameras, and one draw of the generator instead of two and a logarithm.
 */
export function bell(random: SeededRandom): number {
  const bits = random.uint32();
  const sum = (bits & 255) + ((bits >>> 8) & 255) + ((bits >>> 16) & 255) + (bits >>> 24);
  return (sum - 510) / 147.8;
}

/** True with the given probability. */
export function chance(random: SeededRandom, probability: number): boolean {
  return random.uniform() < probability;
}

/** One of the items. @throws RangeError when there is none. */
export function pick<T>(random: SeededRandom, items: readonly T[]): T {
  return items[random.integer(items.length)] as T;
}
