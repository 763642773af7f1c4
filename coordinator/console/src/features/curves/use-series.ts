/** The figures of a study for its charts. */
import { useQuery } from '@tanstack/react-query';
import { seriesQuery } from '../../lib/api/series-query.js';
import type { FigureSeries } from '../../lib/figures.js';

/** @returns undefined until the answers are there and read */
export function useSeries(studyId: string): FigureSeries | undefined {
  return useQuery(seriesQuery(studyId)).data;
}
