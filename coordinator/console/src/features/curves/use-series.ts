/** The figures of a study for its charts. */
import { useQuery } from '@tanstack/react-query';
import { useDeferredValue } from 'react';
import { seriesQuery } from '../../lib/api/series-query.js';
import type { FigureSeries } from '../../lib/figures.js';

/** @returns undefined until the answers are there and read */
export function useSeries(studyId: string): FigureSeries | undefined {
  const { data } = useQuery(seriesQuery(studyId));
  // What is drawn of it is drawn in pieces, between which the page answers.
  return useDeferredValue(data);
}
