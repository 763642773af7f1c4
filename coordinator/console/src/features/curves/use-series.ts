/** The figures of a study for its charts. */
import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import { evaluationsQuery, roundsQuery } from '../../lib/api/queries.js';
import { figureSeries, type FigureSeries } from '../../lib/figures.js';

/** @returns undefined until both answers are there */
export function useSeries(studyId: string): FigureSeries | undefined {
  const [{ data: rounds }, { data: reported }] = useQueries({
    queries: [roundsQuery(studyId), evaluationsQuery(studyId)],
  });
  return useMemo(
    () =>
      rounds === undefined || reported === undefined ? undefined : figureSeries(rounds, reported),
    [rounds, reported],
  );
}
