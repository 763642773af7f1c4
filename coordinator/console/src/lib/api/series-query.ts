/** The figures of a study, for its charts. */
import { queryOptions } from '@tanstack/react-query';
import { seriesOf } from '../series/series.js';
import { getPieces } from './client.js';
import { ApiProblem } from './problem.js';

export const seriesQuery = (studyId: string) =>
  queryOptions({
    // Out of date whenever the rounds are.
    queryKey: ['study', studyId, 'rounds', 'series'],
    queryFn: async ({ signal }) => {
      const path = `/v1/studies/${studyId}`;
      const [rounds, reported] = await Promise.all([
        getPieces(`${path}/rounds`, signal),
        getPieces(`${path}/evaluations`, signal),
      ]);
      try {
        return await seriesOf({ rounds, reported }, signal);
      } catch (cause) {
        signal.throwIfAborted();
        const message = `The rounds of ${studyId} have another form than this page knows: load it again.`;
        throw Object.assign(new ApiProblem('unreadable', 200, message), { cause });
      }
    },
    // Comparing tens of thousands of points with the last ones would take longer than drawing them.
    structuralSharing: false,
  });
