/** An enrolment that waits: the words of its key beside those that the hospital reads out, then in or out. */
import { Group, Stack, Text, Title } from '@mantine/core';
import type { SiteView } from '@consilium/shared/answers';
import { useQuery } from '@tanstack/react-query';
import { Notice } from '../../components/tone.js';
import { useFormats, useWords } from '../../i18n/language.js';
import { meQuery } from '../../lib/api/queries.js';
import { useNow } from '../../lib/live/use-now.js';
import { useNames, useRight } from '../../lib/use-names.js';
import { Fingerprint } from './fingerprint.js';
import { RejectButton } from './reject-button.js';
import { SpokenWords } from './spoken-words.js';

export function PendingCard({ site }: { readonly site: SiteView }) {
  const { pending: words } = useWords().keys;
  const formats = useFormats();
  const now = useNow();
  const nameOf = useNames();
  const { siteId, enrolledAtMs, invitedBy } = site;
  const { data: me } = useQuery(meQuery);
  const mayApprove = useRight('sites.approve');
  const isJudge = mayApprove && me?.operatorId !== invitedBy;
  return (
    <Stack gap="sm" component="article" aria-label={siteId} data-pending={siteId}>
      <Group justify="space-between" gap="xs">
        <Title order={3} size="h4">
          {siteId}
        </Title>
        <Text size="sm" c="dimmed">
          {words.since(formats.relative(Math.min(enrolledAtMs, now), now))},{' '}
          {words.invitedBy(nameOf(invitedBy))}
        </Text>
      </Group>
      {isJudge ? (
        <>
          <Fingerprint site={site} withoutWords />
          <SpokenWords site={site} />
        </>
      ) : (
        <>
          <Fingerprint site={site} />
          <Bystander siteId={siteId} mayReject={mayApprove} />
        </>
      )}
    </Stack>
  );
}

interface BystanderProps {
  readonly siteId: string;
  /** Who made the invite may still turn the key away. */
  readonly mayReject: boolean;
}

function Bystander({ siteId, mayReject }: BystanderProps) {
  const { pending: words } = useWords().keys;
  return (
    <>
      <Notice tone="calm">{mayReject ? words.own : words.noRight}</Notice>
      {mayReject ? (
        <Group>
          <RejectButton siteId={siteId} />
        </Group>
      ) : null}
    </>
  );
}
