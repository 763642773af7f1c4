/** The study protocol and the adapters of a study. */
import { adapterViewSchema } from '@consilium/shared/answers';
import {
  signedActSchema,
  signedSchema,
  studyProtocolSchema,
  type SignedAct,
} from '@consilium/shared/protocol';
import { queryOptions } from '@tanstack/react-query';
import { getJson } from './client.js';
import { listOf } from './list-of.js';

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

/** What people signed about the study with keys of their own. */
export const actsQuery = (studyId: string) =>
  queryOptions({
    queryKey: ['study', studyId, 'acts'],
    queryFn: ({ signal }) =>
      getJson(`/v1/studies/${studyId}/acts`, listOf({ parse: signedActOf }), signal),
  });

function signedActOf(value: unknown): SignedAct {
  return signedActSchema.parse((value as { readonly signed: unknown }).signed);
}
