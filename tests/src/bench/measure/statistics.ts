/** Statistics of repeated measurements. */

/** The middle value, the mean of the two middle ones for an even number. @throws RangeError without values */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Distance of the quartiles by the median, with linear interpolation between values: how far single runs lie apart. */
export function relativeSpread(values: readonly number[]): number {
  return (quantile(values, 0.75) - quantile(values, 0.25)) / median(values);
}

/**
 * Hyndman and Fan 1996, type 7.
 * @param share from 0 to 1 @throws RangeError without values
 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const lower = sorted[Math.floor(place)];
  const upper = sorted[Math.ceil(place)];
  if (lower === undefined || upper === undefined) {
    throw new RangeError('a quantile needs at least one value');
  }
  return lower + (upper - lower) * (place - Math.floor(place));
}

/** Milliseconds of each of `runs` calls. */
export function timesOf(work: () => void, runs: number): number[] {
  return Array.from({ length: runs }, () => {
    const startedMs = performance.now();
    work();
    return performance.now() - startedMs;
  });
}

/**
 * Milliseconds of work and of its limit, taken in turn so that a busy moment of the machine meets both; the shortest of each,
 * which other processes have disturbed least.
 * @param runs of each
 */
export function inTurn(
  work: () => void,
  limit: () => void,
  runs: number,
): { readonly workMs: number; readonly limitMs: number } {
  const pairs = Array.from({ length: runs }, () => [timesOf(work, 1), timesOf(limit, 1)] as const);
  return {
    workMs: Math.min(...pairs.flatMap(([workMs]) => workMs)),
    limitMs: Math.min(...pairs.flatMap(([, limitMs]) => limitMs)),
  };
}
