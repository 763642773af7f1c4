/** What sites are ordered by, and how many are drawn at once; which ones are shown at all is `isShown`. */
import type { SiteView } from '@consilium/shared/answers';
import {
  createColumnHelper,
  createPaginatedRowModel,
  createSortedRowModel,
  rowPaginationFeature,
  rowSortingFeature,
  sortFn_alphanumeric,
  sortFn_basic,
  tableFeatures,
} from '@tanstack/react-table';
import { connectionOf, dataSetsOf, refusingOf } from '../../lib/sites.js';

export const features = tableFeatures({
  rowSortingFeature,
  rowPaginationFeature,
  sortedRowModel: createSortedRowModel(),
  paginatedRowModel: createPaginatedRowModel(),
  sortFns: { alphanumeric: sortFn_alphanumeric, basic: sortFn_basic },
});

/** Drawn at once: a page of them stays well within a frame. */
export const ROWS_AT_ONCE = 50;

const helper = createColumnHelper<typeof features, SiteView>();

/** What is not known comes before all that is. */
const UNKNOWN = -1;

export const columns = helper.columns([
  helper.accessor('siteId', { id: 'site', sortFn: 'alphanumeric' }),
  helper.accessor(connectionOf, { id: 'connection', sortFn: 'basic' }),
  helper.accessor(({ lastSeenMs }) => lastSeenMs ?? UNKNOWN, { id: 'lastSeen', sortFn: 'basic' }),
  helper.accessor(({ uptime }) => uptime?.share ?? UNKNOWN, { id: 'uptime', sortFn: 'basic' }),
  helper.accessor(({ report }) => report?.engine?.backend ?? '', {
    id: 'engine',
    sortFn: 'alphanumeric',
  }),
  helper.accessor(({ agentVersion }) => agentVersion ?? '', {
    id: 'version',
    sortFn: 'alphanumeric',
  }),
  helper.accessor((site) => dataSetsOf(site).usable, { id: 'dataSets', sortFn: 'basic' }),
  helper.accessor(refusingOf, { id: 'refusals', sortFn: 'basic' }),
]);

export const COLUMN_IDS = [
  'site',
  'connection',
  'lastSeen',
  'uptime',
  'engine',
  'version',
  'dataSets',
  'refusals',
] as const;
export type ColumnId = (typeof COLUMN_IDS)[number];

/** On a phone the others are on the page of the site. */
const ON_PHONES: readonly ColumnId[] = ['site', 'connection'];

export function isOnPhones(column: string): boolean {
  return ON_PHONES.some((id) => id === column);
}
