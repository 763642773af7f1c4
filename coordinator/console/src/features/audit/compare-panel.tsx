/** Whoever comes back is told at once whether anything was rewritten since the checkpoint that this browser keeps. */
import { Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Answer } from '../../components/answer.js';
import { CommandLines } from '../../components/command-lines.js';
import { EmptyState } from '../../components/empty-state.js';
import { Panel } from '../../components/panel.js';
import { useFormats, useWords } from '../../i18n/language.js';
import { checkpointCommand } from './commands.js';
import { grownSince } from './grown-since.js';
import { GrowthReport } from './growth-report.js';
import type { SavedCheckpoint } from './saved-checkpoint.js';

export interface ComparePanelProps {
  readonly saved: SavedCheckpoint | undefined;
  readonly onForget: () => void;
}

export function ComparePanel({ saved, onForget }: ComparePanelProps) {
  const { compare: words } = useWords().audit;
  return (
    <Panel title={words.title}>
      {saved === undefined ? (
        <EmptyState title={words.none} how={words.noneHow} />
      ) : (
        <Compared saved={saved} onForget={onForget} />
      )}
    </Panel>
  );
}

function Compared({ saved, onForget }: ComparePanelProps & { readonly saved: SavedCheckpoint }) {
  const { compare: words } = useWords().audit;
  const formats = useFormats();
  const when = formats.dateTime(saved.savedAtMs);
  const growth = useQuery({
    queryKey: ['log-growth', saved.note],
    queryFn: ({ signal }) => grownSince(saved.note, saved.logKey, signal),
    staleTime: Infinity,
    gcTime: 0,
  });
  return (
    <>
      <Text size="sm" c="dimmed" mb="xs">
        {words.keptAt(when, formats.number(saved.size))}
      </Text>
      <Answer of={growth}>
        {(compared) => <GrowthReport growth={compared} holds={words.holds(when)} />}
      </Answer>
      <Group my="sm" gap="sm">
        <Button
          variant="default"
          size="xs"
          loading={growth.isFetching}
          onClick={() => void growth.refetch()}
        >
          {words.again}
        </Button>
        <Button variant="subtle" size="xs" onClick={onForget}>
          {words.forget}
        </Button>
      </Group>
      <CommandLines lines={[checkpointCommand('compare', saved.logKey)]} />
    </>
  );
}
