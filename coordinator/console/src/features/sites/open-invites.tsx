/** Invites that no hospital has used yet; those that are too old or got lost are made anew. */
import { Group, Text } from '@mantine/core';
import type { OpenInvite } from '@consilium/shared/answers';
import { useQuery } from '@tanstack/react-query';
import { CardTable } from '../../components/card-table.js';
import { Answer } from '../../components/answer.js';
import { Panel } from '../../components/panel.js';
import { StatusBadge } from '../../components/tone.js';
import { useFormats, useWords } from '../../i18n/language.js';
import { invitesQuery } from '../../lib/api/site-queries.js';
import { useNow } from '../../lib/live/use-now.js';
import { useNames } from '../../lib/use-names.js';
import { InviteButton } from './invite-button.js';

export function OpenInvites() {
  const { sites: words } = useWords();
  const invites = useQuery(invitesQuery);
  const nameOf = useNames();
  const columns = [words.column.site, words.page.invitedBy, words.invite.open, words.invite.again];
  return (
    <Panel title={words.invite.open}>
      <Answer of={invites}>
        {(list: readonly OpenInvite[]) =>
          list.length === 0 ? (
            <Text c="dimmed">{words.invite.noneOpen}</Text>
          ) : (
            <CardTable
              isTitled
              caption={words.invite.open}
              columns={columns}
              keys={list.map(({ siteId }) => siteId)}
              rows={list.map((invite) => [
                invite.siteId,
                nameOf(invite.invitedBy),
                <Until key="until" invite={invite} />,
                <InviteButton key="again" siteId={invite.siteId} />,
              ])}
            />
          )
        }
      </Answer>
    </Panel>
  );
}

function Until({ invite: { expiresAtMs } }: { readonly invite: OpenInvite }) {
  const { invite: words } = useWords().sites;
  const formats = useFormats();
  const now = useNow();
  return (
    <Group gap="xs">
      {expiresAtMs < now ? (
        <StatusBadge tone="calm">{words.expired}</StatusBadge>
      ) : (
        words.openUntil(formats.relative(expiresAtMs, now))
      )}
    </Group>
  );
}
