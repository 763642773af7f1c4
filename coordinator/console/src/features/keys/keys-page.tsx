/** Whose keys count and why: enrolments that wait for a second person, keys in force, and what happened to keys. */
import { Stack, Text } from '@mantine/core';
import type { SiteView } from '@consilium/shared/answers';
import { useQuery } from '@tanstack/react-query';
import { Answer } from '../../components/answer.js';
import { EmptyState } from '../../components/empty-state.js';
import { PageTitle } from '../../components/page-title.js';
import { Panel } from '../../components/panel.js';
import { useWords } from '../../i18n/language.js';
import { sitesQuery } from '../../lib/api/site-queries.js';
import { KeyHistory } from './key-history.js';
import { PendingCard } from './pending-card.js';
import { PresentKeys } from './present-keys.js';

export function KeysPage() {
  const { keys: words } = useWords();
  const sites = useQuery(sitesQuery);
  return (
    <>
      <PageTitle title={words.title} />
      <Stack gap="md">
        <Answer of={sites}>
          {(list: readonly SiteView[]) => (
            <>
              <Pending sites={waitingIn(list)} />
              <PresentKeys sites={list.filter(({ status }) => status === 'active')} />
            </>
          )}
        </Answer>
        <KeyHistory />
      </Stack>
    </>
  );
}

/** Who waits longest comes first: an enrolment that comes while somebody types words moves no card. */
function waitingIn(sites: readonly SiteView[]): readonly SiteView[] {
  return sites
    .filter(({ status }) => status === 'pending')
    .toSorted((a, b) => a.enrolledAtMs - b.enrolledAtMs);
}

function Pending({ sites }: { readonly sites: readonly SiteView[] }) {
  const { pending: words } = useWords().keys;
  return (
    <Panel title={words.title}>
      {sites.length === 0 ? (
        <EmptyState title={words.none} how={words.noneHow} />
      ) : (
        <Stack gap="md">
          <Text>{words.explain}</Text>
          {sites.map((site) => (
            <PendingCard key={`${site.siteId} ${site.keyId}`} site={site} />
          ))}
        </Stack>
      )}
    </Panel>
  );
}
