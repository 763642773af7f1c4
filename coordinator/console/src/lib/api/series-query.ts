/** The figures of a study, for its charts. */
import { queryOptions } from '@tanstack/react-query';
import { RoundsReader } from '../series/rounds-reader.js';
import { newestSeries, ROUNDS_AT_ONCE, type StudySeries } from '../series/study-series.js';
import { getJson, getPieces } from './client.js';
import { listOf } from './list-of.js';
import { ApiProblem } from './problem.js';

const forms = () => import('./forms.js');

export const seriesQuery = (studyId: string) => {
  // Out of date whenever the rounds are.
  const queryKey = ['study', studyId, 'rounds', 'series'];
  const path = `/v1/studies/${studyId}`;
  return queryOptions({
    queryKey,
    queryFn: async ({ client, signal }): Promise<StudySeries> => {
      const reader = new RoundsReader(signal);
      try {
        const source = {
          rounds: async (from: number) => {
            const part = `${path}/rounds?from=${from}&count=${ROUNDS_AT_ONCE}`;
            const pieces = await getPieces(part, signal);
            return reader.read(pieces).catch((cause: unknown) => {
              signal.throwIfAborted();
              throw unreadable(studyId, cause);
            });
          },
          reported: () =>
            getJson(
              `${path}/evaluations`,
              forms().then(({ signedEvaluationSchema }) => listOf(signedEvaluationSchema)),
              signal,
            ),
        };
        const known = client.getQueryData<StudySeries>(queryKey);
        return await newestSeries(source, known, (arrived) => {
          if (!signal.aborted) {
            client.setQueryData(queryKey, arrived);
          }
        });
      } finally {
        reader.close();
      }
    },
    // Comparing tens of thousands of points with the last ones would take longer than drawing them.
    structuralSharing: false,
  });
};

function unreadable(studyId: string, cause: unknown): ApiProblem {
  const message = `The rounds of ${studyId} have another form than this page knows: load it again.`;
  return Object.assign(new ApiProblem('unreadable', 200, message), { cause });
}
