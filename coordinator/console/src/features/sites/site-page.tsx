/** One hospital: how it is connected, what it takes part in, what it sent and declined, and its keys. */
import { Grid, Group, Stack } from '@mantine/core';
import type { SiteView } from '@consilium/shared/answers';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import { Answer } from '../../components/answer.js';
import { PageTitle } from '../../components/page-title.js';
import { Panel } from '../../components/panel.js';
import { Notice } from '../../components/tone.js';
import { useWords } from '../../i18n/language.js';
import { siteQuery } from '../../lib/api/site-queries.js';
import { useRight } from '../../lib/use-names.js';
import { Fingerprint } from '../keys/fingerprint.js';
import { KeyHistory } from '../keys/key-history.js';
import { ConnectionBadge } from './connection-badge.js';
import { ConnectionPanel } from './connection-panel.js';
import { DeclinedPanel } from './declined-panel.js';
import { InviteButton } from './invite-button.js';
import { RevokeButton } from './revoke-button.js';
import { SentPanel } from './sent-panel.js';
import { SiteStudies } from './site-studies.js';

export function SitePage() {
  const { siteId = '' } = useParams();
  const site = useQuery(siteQuery(siteId));
  return <Answer of={site}>{(view) => <Loaded site={view} />}</Answer>;
}

function Loaded({ site }: { readonly site: SiteView }) {
  const { sites: words } = useWords();
  const mayReadStudies = useRight('studies.read');
  const { siteId } = site;
  return (
    <>
      <Link to="/sites">{words.page.back}</Link>
      <PageTitle title={siteId}>
        <Group gap="sm">
          <ConnectionBadge site={site} />
          <Actions site={site} />
        </Group>
      </PageTitle>
      <Stack gap="md">
        {site.report?.paused === true ? <Notice tone="wait">{words.page.paused}</Notice> : null}
        <Grid gap="md">
          <Grid.Col span={{ base: 12, lg: 6 }}>
            <Stack gap="md">
              <ConnectionPanel site={site} />
              <Panel title={words.page.keys}>
                <Fingerprint site={site} />
              </Panel>
            </Stack>
          </Grid.Col>
          <Grid.Col span={{ base: 12, lg: 6 }}>
            <Stack gap="md">
              <SiteStudies site={site} />
              {mayReadStudies ? <DeclinedPanel siteId={siteId} /> : null}
            </Stack>
          </Grid.Col>
        </Grid>
        {mayReadStudies ? <SentPanel siteId={siteId} /> : null}
        <KeyHistory siteId={siteId} />
      </Stack>
    </>
  );
}

function Actions({ site: { siteId, status } }: { readonly site: SiteView }) {
  const mayInvite = useRight('sites.invite');
  const mayRevoke = useRight('sites.revoke');
  return (
    <>
      {status === 'rejected' && mayInvite ? <InviteButton siteId={siteId} /> : null}
      {status === 'active' && mayRevoke ? <RevokeButton siteId={siteId} /> : null}
    </>
  );
}
