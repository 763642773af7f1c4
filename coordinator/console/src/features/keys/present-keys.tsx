/** The keys that count: found by the site's name, each opened when somebody wants to compare it. */
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { SiteView } from '@consilium/shared/answers';
import { useState } from 'react';
import { Link } from 'react-router';
import { EmptyState } from '../../components/empty-state.js';
import { Panel } from '../../components/panel.js';
import { useWords } from '../../i18n/language.js';
import { Fingerprint } from './fingerprint.js';

const SHOWN = 10;

export function PresentKeys({ sites }: { readonly sites: readonly SiteView[] }) {
  const { present: words } = useWords().keys;
  const [text, setText] = useState('');
  const found = sites.filter(({ siteId }) => siteId.includes(text.trim().toLowerCase()));
  return (
    <Panel title={words.title}>
      {sites.length === 0 ? (
        <EmptyState title={words.none} how={words.noneHow} />
      ) : (
        <Stack gap="sm">
          <TextInput
            label={words.find}
            value={text}
            maw={320}
            onChange={({ currentTarget }) => {
              setText(currentTarget.value);
            }}
          />
          {found.slice(0, SHOWN).map((site) => (
            <PresentKey key={site.siteId} site={site} />
          ))}
          {found.length > SHOWN ? (
            <Text size="sm" c="dimmed">
              {words.more(found.length - SHOWN)}
            </Text>
          ) : null}
        </Stack>
      )}
    </Panel>
  );
}

function PresentKey({ site }: { readonly site: SiteView }) {
  const { keys } = useWords();
  const [isOpen, { toggle }] = useDisclosure(false);
  const { siteId, words } = site;
  const label = isOpen ? keys.present.hide(siteId) : keys.present.show(siteId);
  return (
    <div>
      <Group gap="sm" wrap="wrap">
        <Link to={`/sites/${siteId}`}>{siteId}</Link>
        <Text size="sm">{words}</Text>
        <Button variant="subtle" size="compact-sm" onClick={toggle} aria-expanded={isOpen}>
          {label}
        </Button>
      </Group>
      {isOpen ? <Fingerprint site={site} /> : null}
    </div>
  );
}
