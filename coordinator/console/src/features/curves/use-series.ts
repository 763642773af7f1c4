/** The figures of a study for its charts. */
import { useQuery } from '@tanstack/react-query';
import { useDeferredValue } from 'react';
import { seriesQuery } from '../../lib/api/series-query.js';
import type { FigureSeries } from '../../lib/figures.js';

export interface ArrivedSeries {
  readonly series: FigureSeries;
  /** Rounds that are done and have arrived. */
  readonly rounds: number;
  /** Whether those are all, more come, or the coordinator did not answer for the rest. */
  readonly rest: 'none' | 'coming' | 'failed';
}

/** @returns undefined until the first answers are there and read */
export function useSeries(studyId: string): ArrivedSeries | undefined {
  const { data, isError } = useQuery(seriesQuery(studyId));
  // What is drawn of it is drawn in pieces, between which the page answers.
  const drawn = useDeferredValue(data);
  if (drawn === undefined) {
    return undefined;
  }
  const { series, last, isWhole } = drawn;
  const missing = isError ? 'failed' : 'coming';
  return { series, rounds: last?.roundNo ?? 0, rest: isWhole ? 'none' : missing };
}
