/**
 * What is known of each adapter checkpoint on the sites' own validation pictures. Sites measure the checkpoint that a round begins
 * from, so the figures of checkpoint k stand in the attempts of round k + 1; those of the last one are reported by themselves. In a
 * secure attempt only the figures of all sites together are known, from its sum.
 */
import { decodeFloat } from '../encoding/index.js';
import type { Metrics } from '../protocol/index.js';
import { accuracy, addConfusions, balancedAccuracy } from '../statistics/index.js';
import type { AttemptView, RoundView } from './round-view.js';

export const FIGURES = ['balancedAccuracy', 'accuracy', 'loss'] as const;
export type FigureName = (typeof FIGURES)[number];

export interface Measured {
  /** Of the adapter checkpoint: 0 before the first round. */
  readonly roundNo: number;
  /** When the checkpoint was there, milliseconds since 1970. */
  readonly atMs: number;
  readonly figures: Readonly<Record<FigureName, number>>;
}

export interface SiteSeries {
  readonly siteId: string;
  readonly measured: readonly Measured[];
}

export interface FigureSeries {
  readonly together: readonly Measured[];
  /** Only sites that show figures of their own. */
  readonly sites: readonly SiteSeries[];
}

/** A signed evaluation is such a thing. */
export interface Reported {
  readonly body: {
    readonly siteId: string;
    readonly roundNo: number;
    readonly split: string;
    readonly metrics: Metrics;
  };
}

/** What consecutive rounds say, without what is reported by itself. */
export interface RoundFigures {
  readonly series: FigureSeries;
  /** When each adapter checkpoint was there, by its round, milliseconds since 1970. */
  readonly times: ReadonlyMap<number, number>;
}

interface Counted {
  readonly confusion: readonly (readonly number[])[];
  readonly lossSum: number;
}

export function figureSeries(
  rounds: readonly RoundView[],
  reported: readonly Reported[],
): FigureSeries {
  return withReported(roundFigures(rounds), reported);
}

/** @param rounds consecutive ones, all of a study or a part of them, which `joinFigures` puts behind the part before */
export function roundFigures(rounds: readonly RoundView[]): RoundFigures {
  const times = checkpointTimes(rounds);
  const together = new Map<number, Counted>();
  const sites = new Map<string, Map<number, Counted>>();
  for (const round of rounds) {
    const attempt = settledAttempt(round);
    if (attempt !== undefined) {
      takeAttempt(attempt, round.roundNo - 1, together, sites);
    }
  }
  const bySite = [...sites].map(([siteId, counted]) => ({
    siteId,
    measured: toMeasured(counted, times),
  }));
  return { times, series: { together: toMeasured(together, times), sites: inOrder(bySite) } };
}

/**
 * The same as of all rounds at once.
 * @param from the first round of `after`; what `before` has of it and of later ones is out of date
 */
export function joinFigures(before: RoundFigures, after: RoundFigures, from: number): RoundFigures {
  const checkpoint = from - 1;
  const kept = [...before.times].filter(([roundNo]) => roundNo < from);
  const times = new Map([...kept, ...after.times]);
  const join = (old: readonly Measured[], newer: readonly Measured[]): Measured[] => [
    ...old.filter(({ roundNo }) => roundNo < checkpoint),
    // The time of the checkpoint that a part begins from stands in the part before.
    ...newer.map((one) =>
      one.roundNo === checkpoint ? { ...one, atMs: times.get(checkpoint) ?? 0 } : one,
    ),
  ];
  return { times, series: eachSeries(before.series, after.series, join) };
}

/** With what sites reported of their validation pictures by itself, which counts more than what stands in rounds. */
export function withReported(
  { series, times }: RoundFigures,
  reported: readonly Reported[],
): FigureSeries {
  const validated = reported.filter(({ body }) => body.split === 'val');
  if (validated.length === 0) {
    return series;
  }
  const together = new Map<number, Counted>();
  const sites = new Map<string, Map<number, Counted>>();
  for (const { body } of validated) {
    const counted = countedOf(body.metrics);
    ofSite(sites, body.siteId).set(body.roundNo, counted);
    const others = together.get(body.roundNo);
    together.set(body.roundNo, others === undefined ? counted : sumOf([others, counted]));
  }
  const replace = (
    measured: readonly Measured[],
    newer: ReadonlyMap<number, Counted> = new Map(),
  ): Measured[] =>
    [
      ...measured.filter(({ roundNo }) => !newer.has(roundNo)),
      ...toMeasured(newer, times),
    ].toSorted((a, b) => a.roundNo - b.roundNo);
  const silent = series.sites.filter(({ siteId }) => !sites.has(siteId));
  const told = [...sites].map(([siteId, newer]) => ({
    siteId,
    measured: replace(measuredBy(series, siteId), newer),
  }));
  return { together: replace(series.together, together), sites: inOrder([...silent, ...told]) };
}

/** The best of a series, the first of several: the largest, for a loss the smallest. */
export function bestOf(series: readonly Measured[], figure: FigureName): Measured | undefined {
  return series.reduce<Measured | undefined>(
    (best, one) => (best === undefined || isBetter(one, best, figure) ? one : best),
    undefined,
  );
}

function isBetter(one: Measured, other: Measured, figure: FigureName): boolean {
  const difference = one.figures[figure] - other.figures[figure];
  return figure === 'loss' ? difference < 0 : difference > 0;
}

function eachSeries(
  before: FigureSeries,
  after: FigureSeries,
  join: (old: readonly Measured[], newer: readonly Measured[]) => Measured[],
): FigureSeries {
  const siteIds = new Set([...before.sites, ...after.sites].map(({ siteId }) => siteId));
  const sites = [...siteIds].map((siteId) => ({
    siteId,
    measured: join(measuredBy(before, siteId), measuredBy(after, siteId)),
  }));
  return {
    together: join(before.together, after.together),
    // Who only said something in an attempt that is out of date has said nothing.
    sites: inOrder(sites.filter(({ measured }) => measured.length > 0)),
  };
}

function measuredBy({ sites }: FigureSeries, siteId: string): readonly Measured[] {
  return sites.find((site) => site.siteId === siteId)?.measured ?? [];
}

function inOrder(sites: readonly SiteSeries[]): SiteSeries[] {
  return sites.toSorted((a, b) => (a.siteId < b.siteId ? -1 : 1));
}

/** The attempt that made the round, else the newest one that sites said something in. */
function settledAttempt({ attempts }: RoundView): AttemptView | undefined {
  return attempts.find(({ phase }) => phase === 'committed') ?? attempts.at(-1);
}

function takeAttempt(
  { figures, participants }: AttemptView,
  roundNo: number,
  together: Map<number, Counted>,
  sites: Map<string, Map<number, Counted>>,
): void {
  if (figures !== undefined) {
    together.set(roundNo, figures.before);
    return;
  }
  const shown = participants.flatMap(({ siteId, evaluation }) =>
    evaluation === undefined ? [] : [{ siteId, counted: countedOf(evaluation.before) }],
  );
  for (const { siteId, counted } of shown) {
    ofSite(sites, siteId).set(roundNo, counted);
  }
  if (shown.length > 0) {
    together.set(roundNo, sumOf(shown.map(({ counted }) => counted)));
  }
}

function ofSite(sites: Map<string, Map<number, Counted>>, siteId: string): Map<number, Counted> {
  const found = sites.get(siteId) ?? new Map<number, Counted>();
  sites.set(siteId, found);
  return found;
}

function countedOf({ confusion, loss, samples }: Metrics): Counted {
  return { confusion, lossSum: decodeFloat(loss) * samples };
}

function sumOf(all: readonly Counted[]): Counted {
  return {
    confusion: addConfusions(all.map(({ confusion }) => confusion)),
    lossSum: all.reduce((sum, { lossSum }) => sum + lossSum, 0),
  };
}

function checkpointTimes(rounds: readonly RoundView[]): ReadonlyMap<number, number> {
  const times = new Map<number, number>();
  for (const { roundNo, attempts } of rounds) {
    const [first] = attempts;
    if (roundNo === 1 && first !== undefined) {
      times.set(0, first.openedAtMs);
    }
    const made = attempts.find(({ phase }) => phase === 'committed');
    if (made?.endedAtMs !== undefined) {
      times.set(roundNo, made.endedAtMs);
    }
  }
  return times;
}

function toMeasured(
  counted: ReadonlyMap<number, Counted>,
  times: ReadonlyMap<number, number>,
): Measured[] {
  return [...counted]
    .flatMap(([roundNo, { confusion, lossSum }]) => {
      const cases = confusion.flat().reduce((sum, count) => sum + count, 0);
      if (cases === 0) {
        return [];
      }
      const figures = {
        accuracy: accuracy(confusion),
        balancedAccuracy: balancedAccuracy(confusion),
        loss: lossSum / cases,
      };
      return [{ roundNo, atMs: times.get(roundNo) ?? 0, figures }];
    })
    .toSorted((a, b) => a.roundNo - b.roundNo);
}
