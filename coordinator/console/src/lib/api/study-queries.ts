/** The study protocol and the adapters of a study. */
import { adapterViewSchema } from '@consilium/shared/answers';
import { signedSchema, studyProtocolSchema } from '@consilium/shared/protocol';
import { queryOptions } from '@tanstack/react-query';
import { getJson } from './client.js';
import { listOf } from './queries.js';

/** As each site approves it; it never changes. */
export const protocolQuery = (studyId: string) =>
  queryOptions({
    queryKey: ['protocol', studyId],
    queryFn: async ({ signal }) => {
      const path = `/v1/studies/${studyId}/protocol`;
      return (await getJson(path, signedSchema(studyProtocolSchema), signal)).body;
    },
    staleTime: Infinity,
  });

export const adaptersQuery = (studyId: string) =>
  queryOptions({
    queryKey: ['study', studyId, 'adapters'],
    queryFn: ({ signal }) =>
      getJson(`/v1/studies/${studyId}/adapters`, listOf(adapterViewSchema), signal),
  });
