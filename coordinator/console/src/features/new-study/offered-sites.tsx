/** Where the study stands with each site that may take part, and invites for those that are not there yet. */
import { Group, Stack, Text } from '@mantine/core';
import type { SiteView, StudyView } from '@consilium/shared/answers';
import { useQuery } from '@tanstack/react-query';
import { Answer } from '../../components/answer.js';
import { StatusBadge } from '../../components/tone.js';
import { useWords } from '../../i18n/language.js';
import { meQuery } from '../../lib/api/queries.js';
import { sitesQuery } from '../../lib/api/site-queries.js';
import { protocolQuery } from '../../lib/api/study-queries.js';
import { InviteButton } from '../sites/invite-button.js';
import { offersOf, type Standing } from './offers.js';

const TONES = {
  joined: 'good',
  offered: 'busy',
  waits: 'wait',
  missing: 'calm',
  declined: 'bad',
  gone: 'bad',
} as const satisfies Record<Standing, string>;

export function OfferedSites({ study }: { readonly study: StudyView }) {
  const sites = useQuery(sitesQuery);
  return <Answer of={sites}>{(list) => <Offers study={study} sites={list} />}</Answer>;
}

interface OffersProps {
  readonly study: StudyView;
  readonly sites: readonly SiteView[];
}

function Offers({ study, sites }: OffersProps) {
  const { next: words } = useWords().studyOutcome;
  const { data: me } = useQuery(meQuery);
  const { data: protocol } = useQuery(protocolQuery(study.studyId));
  const mayInvite = me?.rights.includes('sites.invite') === true;
  const offers = offersOf(study, protocol?.participation.sites ?? 'all', sites);
  return (
    <Stack gap="sm">
      {offers.length === 0 ? <Text c="dimmed">{words.nobody}</Text> : null}
      {offers.map(({ siteId, standing }) => (
        <Group key={siteId} gap="sm">
          <Text fw={600}>{siteId}</Text>
          <StatusBadge tone={TONES[standing]}>{words[standing]}</StatusBadge>
          {standing === 'missing' && mayInvite ? <InviteButton siteId={siteId} isFirst /> : null}
        </Group>
      ))}
      {mayInvite ? (
        <Group>
          <InviteButton />
        </Group>
      ) : null}
    </Stack>
  );
}
