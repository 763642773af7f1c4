/**
 * Which points of a study change no more. A tracker that only appends would keep a figure of all sites for ever as it was when half
 * of them had measured; what one site measured, and what a round took, is final when it is there.
 */
import type { Reported, RoundView } from '@consilium/shared/answers';
import { TOGETHER, type Series } from './study-series.js';

const FIGURES = /^(val|test)\//;

/** The series without figures of all sites that more measurements may still change. */
export function settledSeries(
  series: readonly Series[],
  rounds: readonly RoundView[],
  reported: readonly Reported[],
): readonly Series[] {
  return series.map((one) => {
    const split = FIGURES.exec(one.tag)?.[1];
    return one.run !== TOGETHER || split === undefined
      ? one
      : { ...one, points: one.points.filter(({ step }) => isFinal(split, step, rounds, reported)) };
  });
}

/**
 * Figures that stand in the attempts of a round are all there once it is committed. Those that sites report by themselves are when
 * every site of the sum that made the checkpoint has done so.
 */
function isFinal(
  split: string,
  step: number,
  rounds: readonly RoundView[],
  reported: readonly Reported[],
): boolean {
  const reporters = reported.filter(({ body }) => body.split === split && body.roundNo === step);
  if (reporters.length === 0) {
    return sumOf(rounds, step + 1) !== undefined;
  }
  const sites = new Set(reporters.map(({ body }) => body.siteId));
  return sumOf(rounds, step)?.every((siteId) => sites.has(siteId)) === true;
}

/** The sites whose updates are in the sum of a round. @returns undefined before there is one */
function sumOf(rounds: readonly RoundView[], roundNo: number): readonly string[] | undefined {
  const { attempts = [] } = rounds.find((round) => round.roundNo === roundNo) ?? {};
  const made = attempts.find(({ phase }) => phase === 'committed');
  return made?.participants.flatMap(({ siteId, state }) => (state === 'survivor' ? [siteId] : []));
}
