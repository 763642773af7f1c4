/** The figures of rounds as blocks of numbers: a worker hands them over as they are, where tens of thousands of objects would be copied. */
import type { Measured, RoundFigures } from '../figures.js';
import type { SomeRounds } from './read-rounds.js';

export interface SeriesColumns extends Omit<SomeRounds, 'figures'> {
  readonly siteIds: readonly string[];
  /** Points of all sites together, then of each site. */
  readonly counts: readonly number[];
  /** Point by point: its round, its time, its balanced accuracy, accuracy and loss. */
  readonly numbers: Float64Array<ArrayBuffer>;
  /** Checkpoint by checkpoint: its round and its time. */
  readonly times: Float64Array<ArrayBuffer>;
}

const WIDTH = 5;

export function toColumns({ figures: { series, times }, ...rest }: SomeRounds): SeriesColumns {
  const { together, sites } = series;
  const all = [together, ...sites.map(({ measured }) => measured)];
  const counts = all.map(({ length }) => length);
  const numbers = new Float64Array(WIDTH * counts.reduce((sum, count) => sum + count, 0));
  all.flat().forEach(({ roundNo, atMs, figures }, i) => {
    const { balancedAccuracy, accuracy, loss } = figures;
    numbers.set([roundNo, atMs, balancedAccuracy, accuracy, loss], WIDTH * i);
  });
  const siteIds = sites.map(({ siteId }) => siteId);
  return { ...rest, siteIds, counts, numbers, times: new Float64Array([...times].flat()) };
}

export function fromColumns({
  siteIds,
  counts,
  numbers,
  times,
  ...rest
}: SeriesColumns): SomeRounds {
  let next = 0;
  const [together = [], ...bySite] = counts.map((count) => {
    const first = next;
    next += count;
    return Array.from({ length: count }, (_, i) => pointOf(numbers, WIDTH * (first + i)));
  });
  const sites = siteIds.map((siteId, i) => ({ siteId, measured: bySite[i] ?? [] }));
  return { ...rest, figures: { series: { together, sites }, times: timesOf(times) } };
}

function timesOf(times: Float64Array): RoundFigures['times'] {
  const found = new Map<number, number>();
  for (let i = 0; i < times.length; i += 2) {
    found.set(times[i] ?? Number.NaN, times[i + 1] ?? Number.NaN);
  }
  return found;
}

function pointOf(numbers: Float64Array, start: number): Measured {
  const at = (column: number): number => numbers[start + column] ?? Number.NaN;
  const [balancedAccuracy, accuracy, loss] = [at(2), at(3), at(4)];
  return { roundNo: at(0), atMs: at(1), figures: { balancedAccuracy, accuracy, loss } };
}
