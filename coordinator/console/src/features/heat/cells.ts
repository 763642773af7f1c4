/** The cells of the heat map, and the one to look at first. */
import type { FigureName, SiteSeries } from '../../lib/figures.js';

export interface HeatRow {
  readonly name: string;
  /** One for each round; undefined where the site measured nothing. */
  readonly values: readonly (number | undefined)[];
}

export interface Cells {
  readonly rounds: readonly number[];
  readonly rows: readonly HeatRow[];
}

export interface Worst {
  readonly siteId: string;
  readonly roundNo: number;
  readonly value: number;
}

export function cellsOf(sites: readonly SiteSeries[], figure: FigureName): Cells {
  const all = sites.flatMap(({ measured }) => measured.map(({ roundNo }) => roundNo));
  const rounds = [...new Set(all)].toSorted((a, b) => a - b);
  return {
    rounds,
    rows: sites.map(({ siteId, measured }) => {
      const byRound = new Map(measured.map(({ roundNo, figures }) => [roundNo, figures[figure]]));
      return { name: siteId, values: rounds.map((round) => byRound.get(round)) };
    }),
  };
}

/** Of the newest round that any site measured: how it was long ago helps nobody. */
export function worstOf(sites: readonly SiteSeries[], figure: FigureName): Worst | undefined {
  const cells = sites.flatMap(({ siteId, measured }) =>
    measured.map(({ roundNo, figures }) => ({ siteId, roundNo, value: figures[figure] })),
  );
  const newest = cells.reduce((last, { roundNo }) => Math.max(last, roundNo), 0);
  const sign = figure === 'loss' ? -1 : 1;
  return cells
    .filter(({ roundNo }) => roundNo === newest)
    .toSorted((a, b) => sign * (a.value - b.value))[0];
}
