/** How the coordinator is. No leaf tells of it, so a page that is open asks again by itself. */
import { healthViewSchema } from '@consilium/shared/answers';
import { queryOptions } from '@tanstack/react-query';
import { getJson } from '../../lib/api/client.js';

const AGAIN_MS = 10_000;

export const healthQuery = queryOptions({
  queryKey: ['health'],
  queryFn: ({ signal }) => getJson('/v1/health', healthViewSchema, signal),
  refetchInterval: AGAIN_MS,
});
