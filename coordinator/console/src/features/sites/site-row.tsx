/** One site in the list. Drawn again only when its own answer is another. */
import { Table, Text } from '@mantine/core';
import type { SiteView } from '@consilium/shared/answers';
import { memo, type ReactNode } from 'react';
import { Link } from 'react-router';
import { When } from '../../components/when.js';
import { useFormats, useWords } from '../../i18n/language.js';
import { connectionOf, dataSetsOf, refusingOf } from '../../lib/sites.js';
import { ConnectionBadge } from './connection-badge.js';
import classes from './site-table.module.css';

const UNKNOWN = '–';

export const SiteRow = memo(function SiteRow({ site }: { readonly site: SiteView }) {
  return (
    <Table.Tr data-site={site.siteId}>
      <Table.Th scope="row" className={classes['name'] ?? ''}>
        <Link to={`/sites/${site.siteId}`}>{site.siteId}</Link>
      </Table.Th>
      <Table.Td>
        <ConnectionBadge site={site} />
        {connectionOf(site) === 'away' ? (
          <Text size="xs" c="dimmed" hiddenFrom="sm">
            <LastSeen site={site} />
          </Text>
        ) : null}
      </Table.Td>
      <Known>
        <LastSeen site={site} />
      </Known>
      <Known>
        <UptimeShare site={site} />
      </Known>
      <Known>{site.report?.engine?.backend ?? UNKNOWN}</Known>
      <Known>{site.agentVersion ?? UNKNOWN}</Known>
      <Known>
        <DataSets site={site} />
      </Known>
      <Known>
        <Refusals site={site} />
      </Known>
    </Table.Tr>
  );
});

/** Not on a phone. */
function Known({ children }: { readonly children: ReactNode }) {
  return <Table.Td visibleFrom="sm">{children}</Table.Td>;
}

function LastSeen({ site }: { readonly site: SiteView }) {
  const { sites: words } = useWords();
  if (connectionOf(site) === 'connected') {
    return words.now;
  }
  return site.lastSeenMs === undefined ? words.neverSeen : <When atMs={site.lastSeenMs} />;
}

function UptimeShare({ site: { uptime } }: { readonly site: SiteView }) {
  const formats = useFormats();
  return uptime === undefined ? UNKNOWN : formats.percent(uptime.share);
}

function DataSets({ site }: { readonly site: SiteView }) {
  const { sites: words } = useWords();
  const { usable, all } = dataSetsOf(site);
  return all === 0 ? UNKNOWN : words.dataSets(usable, all);
}

function Refusals({ site }: { readonly site: SiteView }) {
  const { sites: words } = useWords();
  const count = refusingOf(site);
  if (site.report === undefined) {
    return UNKNOWN;
  }
  return count === 0 ? words.nothingRefused : words.refusals(count);
}
