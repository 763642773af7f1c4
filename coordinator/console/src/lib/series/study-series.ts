/** The figures of a study, asked for in parts: of what is done already nothing is asked again. */
import {
  joinFigures,
  withReported,
  type FigureSeries,
  type Reported,
  type RoundFigures,
} from '../figures.js';
import type { DoneRound, SomeRounds } from './read-rounds.js';

/** Rounds of one answer: with twenty sites two megabytes, which come and are read within a moment. */
export const ROUNDS_AT_ONCE = 200;

export interface StudySeries {
  readonly series: FigureSeries;
  /** More rounds are on their way until it is. */
  readonly isWhole: boolean;
  /** What stands in rounds; `series` has what is reported by itself too. */
  readonly ofRounds: RoundFigures;
  readonly last?: DoneRound;
}

export interface SeriesSource {
  /** At most `ROUNDS_AT_ONCE` rounds from that one on. */
  rounds(from: number): Promise<SomeRounds>;
  reported(): Promise<readonly Reported[]>;
}

const NOTHING: RoundFigures = { series: { together: [], sites: [] }, times: new Map() };

/**
 * @param known what was there last, whole or not
 * @param show called with what has arrived for as long as more is on its way
 */
export async function newestSeries(
  source: SeriesSource,
  known: StudySeries | undefined,
  show: (arrived: StudySeries) => void,
): Promise<StudySeries> {
  let from = known?.last?.roundNo ?? 1;
  let { ofRounds, last }: Pick<StudySeries, 'ofRounds' | 'last'> = known ?? { ofRounds: NOTHING };
  const [first, reported] = await Promise.all([source.rounds(from), source.reported()]);
  if (last !== undefined && last.adapterCheckpointHash !== first.first?.adapterCheckpointHash) {
    // The coordinator was restored from a backup and went another way.
    return newestSeries(source, undefined, show);
  }
  for (let next = first; ; next = await source.rounds(from)) {
    ofRounds = joinFigures(ofRounds, next.figures, from);
    last = next.last ?? last;
    const isWhole = next.count < ROUNDS_AT_ONCE;
    const series = withReported(ofRounds, reported);
    const arrived = { series, isWhole, ofRounds, ...(last === undefined ? {} : { last }) };
    if (isWhole) {
      return arrived;
    }
    show(arrived);
    from += ROUNDS_AT_ONCE;
  }
}
