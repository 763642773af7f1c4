/** The hospitals: who is connected, how it is there, who is invited. */
import { Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import type { SiteView } from '@consilium/shared/answers';
import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useMemo, useState } from 'react';
import { Answer } from '../../components/answer.js';
import { EmptyState } from '../../components/empty-state.js';
import { HeldNote } from '../../components/held-note.js';
import { PageTitle } from '../../components/page-title.js';
import { Panel } from '../../components/panel.js';
import { useWords } from '../../i18n/language.js';
import { sitesQuery } from '../../lib/api/site-queries.js';
import { useHeld } from '../../lib/live/use-held.js';
import { isShown, SHOWS, type Show } from '../../lib/sites.js';
import { useRight } from '../../lib/use-names.js';
import { InviteButton } from './invite-button.js';
import { OpenInvites } from './open-invites.js';
import { SiteTable } from './site-table.js';

export function SitesPage() {
  const { sites: words } = useWords();
  const sites = useQuery(sitesQuery);
  const mayInvite = useRight('sites.invite');
  return (
    <>
      <PageTitle title={words.title}>{mayInvite ? <InviteButton /> : null}</PageTitle>
      <Stack gap="md">
        <Answer of={sites}>
          {(list: readonly SiteView[]) =>
            list.length === 0 ? (
              <EmptyState title={words.none} how={mayInvite ? words.noneHow : words.noneOther} />
            ) : (
              <Sites sites={list} />
            )
          }
        </Answer>
        {mayInvite ? <OpenInvites /> : null}
      </Stack>
    </>
  );
}

function Sites({ sites }: { readonly sites: readonly SiteView[] }) {
  const { sites: words } = useWords();
  const [text, setText] = useState('');
  const [show, setShow] = useState<Show>('all');
  const wanted = useDeferredValue(text);
  // In the order of a column that changes by itself, as who is connected, rows would trade places.
  const held = useHeld(sites);
  const found = useMemo(
    () => held.shown.filter((site) => isShown(site, show, wanted)),
    [held.shown, show, wanted],
  );
  return (
    <Panel
      title={words.page.back}
      aside={
        <Group gap="sm">
          <HeldNote isBehind={held.isBehind} />
          <Text size="sm" c="dimmed" role="status" data-shown>
            {words.shown(found.length, held.shown.length)}
          </Text>
        </Group>
      }
    >
      <Group gap="sm" mb="sm" align="flex-end">
        <TextInput
          label={words.find}
          placeholder={words.findHint}
          value={text}
          flex="1 1 14rem"
          onChange={({ currentTarget }) => {
            setText(currentTarget.value);
          }}
        />
        <NativeSelect
          label={words.show}
          value={show}
          flex="0 1 14rem"
          data={SHOWS.map((value) => ({ value, label: words.shows[value] }))}
          onChange={({ currentTarget }) => {
            setShow(SHOWS.find((value) => value === currentTarget.value) ?? 'all');
          }}
        />
      </Group>
      <div {...held.aim}>
        {found.length === 0 ? (
          <EmptyState title={words.noneFound} how={words.noneFoundHow} />
        ) : (
          <SiteTable sites={found} />
        )}
      </div>
    </Panel>
  );
}
