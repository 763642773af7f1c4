/** The figures of a study as columns over one axis: for the chart, for its table, for a file. */
import type { Line } from '../../components/charts/line-chart.js';
import type { FigureName, FigureSeries, Measured } from '../../lib/figures.js';

export type Axis = 'round' | 'time';

export interface Curve {
  /** Rounds, or seconds since 1970; ascending. */
  readonly x: readonly number[];
  /** All sites together first. */
  readonly lines: readonly Line[];
  /** Round, then the value of each line; empty where it has none. */
  readonly rows: readonly (readonly (number | '')[])[];
}

export function curveOf({ together, sites }: FigureSeries, figure: FigureName, axis: Axis): Curve {
  const all = [together, ...sites.map(({ measured }) => measured)];
  const moments = new Map(all.flat().map(({ roundNo, atMs }) => [roundNo, atMs]));
  const rounds = [...moments.keys()].toSorted((a, b) => a - b);
  const columns = all.map((measured) => valuesAt(measured, rounds, figure));
  const names = ['', ...sites.map(({ siteId }) => siteId)];
  return {
    x: rounds.map((round) => (axis === 'round' ? round : (moments.get(round) ?? 0) / 1000)),
    lines: columns.map((values, i) => ({ name: names[i] ?? '', values, isMain: i === 0 })),
    rows: rounds.map((round, i) => [round, ...columns.map((values) => values[i] ?? '')]),
  };
}

function valuesAt(
  measured: readonly Measured[],
  rounds: readonly number[],
  figure: FigureName,
): (number | null)[] {
  const byRound = new Map(measured.map(({ roundNo, figures }) => [roundNo, figures[figure]]));
  return rounds.map((round) => byRound.get(round) ?? null);
}
