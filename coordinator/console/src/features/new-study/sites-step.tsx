/** Who may take part: every site that is let in, or those that are named. */
import { Button, Group, NativeSelect, Stack, Text } from '@mantine/core';
import type { SiteView } from '@consilium/shared/answers';
import { useQuery } from '@tanstack/react-query';
import { Answer } from '../../components/answer.js';
import { Panel } from '../../components/panel.js';
import { StatusBadge } from '../../components/tone.js';
import { useWords } from '../../i18n/language.js';
import { sitesQuery } from '../../lib/api/site-queries.js';
import { useField, LinesField } from './fields.js';

const ROWS = 5;
const STATUS_TONES = { pending: 'wait', active: 'good', rejected: 'bad', revoked: 'bad' } as const;

export function SitesStep() {
  const { newStudy: words } = useWords();
  const { value, change, frame } = useField('participation.sites');
  const sites = useQuery(sitesQuery);
  const named = Array.isArray(value) ? value.filter((site) => typeof site === 'string') : undefined;
  return (
    <Stack gap="md">
      <Panel title={words.steps.sites}>
        <Stack gap="md" maw={640}>
          <NativeSelect
            {...frame}
            error={undefined}
            value={named === undefined ? 'all' : 'named'}
            data={Object.entries(words.choices.sites).map(([choice, label]) => ({
              value: choice,
              label,
            }))}
            onChange={({ currentTarget }) => {
              change(currentTarget.value === 'all' ? undefined : []);
            }}
          />
          {named === undefined ? null : <LinesField path="participation.sites" rows={ROWS} />}
        </Stack>
      </Panel>
      <Panel title={words.known.title}>
        <Answer of={sites}>
          {(list) => (
            <Known
              sites={list}
              named={named}
              onAdd={(site) => {
                change([...(named ?? []), site]);
              }}
            />
          )}
        </Answer>
      </Panel>
    </Stack>
  );
}

interface KnownProps {
  readonly sites: readonly SiteView[];
  /** Undefined where every site may take part. */
  readonly named: readonly string[] | undefined;
  readonly onAdd: (site: string) => void;
}

function Known({ sites, named, onAdd }: KnownProps) {
  const { known } = useWords().newStudy;
  if (sites.length === 0) {
    return <Text c="dimmed">{known.none}</Text>;
  }
  return (
    <Stack gap="xs">
      {sites.map(({ siteId, status }) => (
        <Group key={siteId} gap="sm">
          <Text fw={600}>{siteId}</Text>
          <StatusBadge tone={STATUS_TONES[status]}>{known.status[status]}</StatusBadge>
          {named === undefined ? null : named.includes(siteId) ? (
            <Text size="sm" c="dimmed">
              {known.named}
            </Text>
          ) : (
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => {
                onAdd(siteId);
              }}
            >
              {known.add(siteId)}
            </Button>
          )}
        </Group>
      ))}
    </Stack>
  );
}
