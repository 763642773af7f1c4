/** The figures of a study as columns over one axis: for the chart, for its table, for a file. */
import type { Line } from '../../components/charts/line-chart.js';
import type { FigureName, FigureSeries, Measured } from '../../lib/figures.js';

export type Axis = 'round' | 'time';

export interface Curve {
  /** Rounds, or seconds since 1970; ascending. */
  readonly x: readonly number[];
  /** All sites together first. */
  readonly lines: readonly Line[];
  /** The round of each x. */
  readonly rounds: readonly number[];
}

/** Round, then the value of each line. */
export type CurveRow = readonly [round: number, ...values: (number | null)[]];

export function curveOf({ together, sites }: FigureSeries, figure: FigureName, axis: Axis): Curve {
  const all = [together, ...sites.map(({ measured }) => measured)];
  const moments = new Map<number, number>();
  for (const measured of all) {
    for (const { roundNo, atMs } of measured) {
      moments.set(roundNo, atMs);
    }
  }
  const rounds = [...moments.keys()].toSorted((a, b) => a - b);
  const columns = all.map((measured) => valuesAt(measured, rounds, figure));
  const names = ['', ...sites.map(({ siteId }) => siteId)];
  return {
    x: rounds.map((round) => (axis === 'round' ? round : (moments.get(round) ?? 0) / 1000)),
    lines: columns.map((values, i) => ({ name: names[i] ?? '', values, isMain: i === 0 })),
    rounds,
  };
}

/** The curve as a table; every value of it. */
export function rowsOf({ rounds, lines }: Curve): CurveRow[] {
  return rounds.map((round, i) => [round, ...lines.map(({ values }) => values[i] ?? null)]);
}

/** Both are in ascending order. */
function valuesAt(
  measured: readonly Measured[],
  rounds: readonly number[],
  figure: FigureName,
): (number | null)[] {
  let next = 0;
  return rounds.map((round) => {
    const here = measured[next];
    if (here?.roundNo !== round) {
      return null;
    }
    next += 1;
    return here.figures[figure];
  });
}
