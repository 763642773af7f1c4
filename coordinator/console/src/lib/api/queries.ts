/** The questions that pages ask, each under the key by which the live stream makes it ask again. */
import { queryOptions } from '@tanstack/react-query';
import { getJson } from './client.js';
import { listOf } from './list-of.js';

const forms = () => import('./forms.js');

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) =>
    getJson(
      '/v1/me',
      forms().then(({ meSchema }) => meSchema),
      signal,
    ),
});

export const studiesQuery = queryOptions({
  queryKey: ['studies'],
  queryFn: ({ signal }) =>
    getJson(
      '/v1/studies',
      forms().then(({ studyViewSchema }) => listOf(studyViewSchema)),
      signal,
    ),
});

export const studyQuery = (studyId: string) =>
  queryOptions({
    queryKey: ['study', studyId, 'view'],
    queryFn: ({ signal }) =>
      getJson(
        `/v1/studies/${studyId}`,
        forms().then(({ studyViewSchema }) => studyViewSchema),
        signal,
      ),
  });

export const roundsQuery = (studyId: string) =>
  queryOptions({
    queryKey: ['study', studyId, 'rounds'],
    queryFn: ({ signal }) =>
      getJson(
        `/v1/studies/${studyId}/rounds`,
        forms().then(({ roundViewSchema }) => listOf(roundViewSchema)),
        signal,
      ),
  });

export const evaluationsQuery = (studyId: string) =>
  queryOptions({
    queryKey: ['study', studyId, 'evaluations'],
    queryFn: ({ signal }) =>
      getJson(
        `/v1/studies/${studyId}/evaluations`,
        forms().then(({ signedEvaluationSchema }) => listOf(signedEvaluationSchema)),
        signal,
      ),
  });

export const activityQuery = (studyId: string) =>
  queryOptions({
    queryKey: ['study', studyId, 'activity'],
    queryFn: ({ signal }) =>
      getJson(
        `/v1/studies/${studyId}/activity?count=200`,
        forms().then(({ activitySchema }) => activitySchema),
        signal,
      ),
  });
