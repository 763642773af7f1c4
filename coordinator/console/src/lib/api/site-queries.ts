/** What pages ask about sites: the sites themselves, open invites, and the leaves of the log that are about them. */
import { entriesSchema, openInviteSchema, siteViewSchema } from '@consilium/shared/answers';
import { queryOptions } from '@tanstack/react-query';
import { getJson } from './client.js';
import { listOf } from './queries.js';

export const sitesQuery = queryOptions({
  queryKey: ['sites', 'list'],
  queryFn: ({ signal }) => getJson('/v1/sites', listOf(siteViewSchema), signal),
});

export const siteQuery = (siteId: string) =>
  queryOptions({
    queryKey: ['sites', 'one', siteId],
    queryFn: ({ signal }) =>
      getJson(`/v1/sites/${encodeURIComponent(siteId)}`, siteViewSchema, signal),
  });

export const invitesQuery = queryOptions({
  queryKey: ['sites', 'invites'],
  queryFn: ({ signal }) => getJson('/v1/invites', listOf(openInviteSchema), signal),
});

/** The newest leaves of some kinds. */
export const leavesQuery = (kinds: readonly string[], siteId?: string) =>
  queryOptions({
    queryKey: ['log', 'kinds', kinds.join(' '), siteId ?? ''],
    queryFn: async ({ signal }) => {
      const site = siteId === undefined ? '' : `&site=${encodeURIComponent(siteId)}`;
      const found = await Promise.all(
        kinds.map((kind) =>
          getJson(`/v1/log/entries?count=100&kind=${kind}${site}`, entriesSchema, signal),
        ),
      );
      return {
        entries: found.flatMap(({ entries }) => entries).toSorted((a, b) => b.index - a.index),
        hasOlder: found.some(({ older }) => older !== undefined),
      };
    },
  });

/** Names of people by their ids. */
export const namesQuery = queryOptions({
  queryKey: ['people', 'names'],
  queryFn: ({ signal }) => getJson('/v1/operators', { parse: namesOf }, signal),
});

function namesOf(value: unknown): Readonly<Record<string, string>> {
  if (!Array.isArray(value)) {
    throw new TypeError('expected a list');
  }
  const people = value as readonly { readonly operatorId: string; readonly name: string }[];
  return Object.fromEntries(people.map(({ operatorId, name }) => [operatorId, name]));
}
