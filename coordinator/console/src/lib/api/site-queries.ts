/** What pages ask about sites: the sites themselves, open invites, and the leaves of the log that are about them. */
import {
  entriesSchema,
  openInviteSchema,
  siteViewSchema,
  type Entries,
} from '@consilium/shared/answers';
import { queryOptions } from '@tanstack/react-query';
import { getJson } from './client.js';
import { listOf } from './list-of.js';

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

/** As many as are shown of one list. */
const NEWEST = 50;

/** The newest leaves of a kind, asked again when there is one more. */
export const leavesQuery = (kind: string, siteId?: string) =>
  queryOptions({
    queryKey: ['leaves', kind, siteId ?? ''],
    queryFn: ({ signal }) => {
      const site = siteId === undefined ? '' : `&site=${encodeURIComponent(siteId)}`;
      const path = `/v1/log/entries?count=${NEWEST}&kind=${kind}${site}`;
      return getJson(path, entriesSchema, signal);
    },
  });

export interface NewestLeaves {
  /** The newest first. */
  readonly entries: Entries['entries'];
  readonly hasOlder: boolean;
}

/** Of lists of single kinds one list. */
export function newestOf(lists: readonly Entries[]): NewestLeaves {
  const all = lists.flatMap(({ entries }) => entries).toSorted((a, b) => b.index - a.index);
  const hasOlder = all.length > NEWEST || lists.some(({ older }) => older !== undefined);
  return { entries: all.slice(0, NEWEST), hasOlder };
}
