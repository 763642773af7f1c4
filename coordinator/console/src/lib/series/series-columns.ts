/** The figures of a study as one block of numbers: a worker hands it over as it is, where tens of thousands of objects would be copied. */
import type { FigureSeries, Measured } from '../figures.js';

export interface SeriesColumns {
  readonly siteIds: readonly string[];
  /** Points of all sites together, then of each site. */
  readonly counts: readonly number[];
  /** Point by point: its round, its time, its balanced accuracy, accuracy and loss. */
  readonly numbers: Float64Array<ArrayBuffer>;
}

const WIDTH = 5;

export function toColumns({ together, sites }: FigureSeries): SeriesColumns {
  const all = [together, ...sites.map(({ measured }) => measured)];
  const counts = all.map(({ length }) => length);
  const numbers = new Float64Array(WIDTH * counts.reduce((sum, count) => sum + count, 0));
  all.flat().forEach(({ roundNo, atMs, figures }, i) => {
    const { balancedAccuracy, accuracy, loss } = figures;
    numbers.set([roundNo, atMs, balancedAccuracy, accuracy, loss], WIDTH * i);
  });
  return { siteIds: sites.map(({ siteId }) => siteId), counts, numbers };
}

export function fromColumns({ siteIds, counts, numbers }: SeriesColumns): FigureSeries {
  let next = 0;
  const [together = [], ...bySite] = counts.map((count) => {
    const first = next;
    next += count;
    return Array.from({ length: count }, (_, i) => pointOf(numbers, WIDTH * (first + i)));
  });
  return {
    together,
    sites: siteIds.map((siteId, i) => ({ siteId, measured: bySite[i] ?? [] })),
  };
}

function pointOf(numbers: Float64Array, start: number): Measured {
  const at = (column: number): number => numbers[start + column] ?? Number.NaN;
  const [balancedAccuracy, accuracy, loss] = [at(2), at(3), at(4)];
  return { roundNo: at(0), atMs: at(1), figures: { balancedAccuracy, accuracy, loss } };
}
