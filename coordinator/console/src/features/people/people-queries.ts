/** What the pages of people ask. A leaf about an account makes everything below `people` out of date. */
import {
  operatorCredentialsSchema,
  operatorViewSchema,
  passkeySummarySchema,
  sessionViewSchema,
  tokenViewSchema,
} from '@consilium/shared/answers';
import { queryOptions } from '@tanstack/react-query';
import { getJson } from '../../lib/api/client.js';
import { listOf } from '../../lib/api/list-of.js';

export const PEOPLE = ['people'];

export const peopleQuery = queryOptions({
  queryKey: ['people', 'everybody'],
  queryFn: ({ signal }) => getJson('/v1/operators', listOf(operatorViewSchema), signal),
});

export const credentialsQuery = (operatorId: string) =>
  queryOptions({
    queryKey: ['people', 'credentials', operatorId],
    queryFn: ({ signal }) =>
      getJson(`/v1/operators/${operatorId}/credentials`, operatorCredentialsSchema, signal),
  });

export const ownSessionsQuery = queryOptions({
  queryKey: ['people', 'own', 'sessions'],
  queryFn: ({ signal }) => getJson('/v1/me/sessions', listOf(sessionViewSchema), signal),
});

export const ownTokensQuery = queryOptions({
  queryKey: ['people', 'own', 'tokens'],
  queryFn: ({ signal }) => getJson('/v1/me/tokens', listOf(tokenViewSchema), signal),
});

export const ownPasskeysQuery = queryOptions({
  queryKey: ['people', 'own', 'passkeys'],
  queryFn: ({ signal }) => getJson('/v1/me/passkeys', listOf(passkeySummarySchema), signal),
});
