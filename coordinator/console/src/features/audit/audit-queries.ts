/** The questions of the audit explorer. */
import { entriesSchema, provenEntrySchema } from '@consilium/shared/answers';
import { leafSchema } from '@consilium/shared/protocol';
import { queryOptions } from '@tanstack/react-query';
import { getJson, getText } from '../../lib/api/client.js';
import { queryOf, type EntryFilter } from './entry-search.js';

const COUNT = '&count=50';

/** What lies before an index never changes; the newest ones do with each leaf. */
export const entriesQuery = (filter: EntryFilter, before: string | null) =>
  queryOptions({
    queryKey: [before === null ? 'log' : 'log-before', 'entries', filter, before],
    queryFn: ({ signal }) =>
      getJson(`/v1/log/entries?${queryOf(filter, before)}${COUNT}`, entriesSchema, signal),
  });

/** Kept while the page is open: a proof does not grow old. */
export const entryQuery = (index: number) =>
  queryOptions({
    queryKey: ['log-entry', index],
    queryFn: ({ signal }) => getJson(`/v1/log/entries/${index}`, provenEntrySchema, signal),
    staleTime: Infinity,
  });

/** The key that the log's first entry names, in base64. */
export const logKeyQuery = queryOptions({
  queryKey: ['log-key'],
  queryFn: async ({ signal }) => {
    const { leaf } = await getJson('/v1/log/entries/0', provenEntrySchema, signal);
    const opened = leafSchema.parse(JSON.parse(leaf));
    if (opened.type !== 'log.opened') {
      throw new TypeError('the first entry of the log does not open it');
    }
    return opened.logKey;
  },
  staleTime: Infinity,
});

export const checkpointQuery = queryOptions({
  queryKey: ['log', 'checkpoint'],
  queryFn: ({ signal }) => getText('/v1/log/checkpoint', signal),
});
