/** When what was done in the rounds of a study, and by whom. */
import { Group, SegmentedControl, Stack, Text } from '@mantine/core';
import type { RoundView } from '@consilium/shared/answers';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { Answer } from '../../components/answer.js';
import { EmptyState } from '../../components/empty-state.js';
import { HeldNote } from '../../components/held-note.js';
import { Panel } from '../../components/panel.js';
import { TableTwin } from '../../components/table-twin.js';
import { useFormats, useWords } from '../../i18n/language.js';
import { roundsQuery } from '../../lib/api/queries.js';
import { useHeld } from '../../lib/live/use-held.js';
import { useNow } from '../../lib/live/use-now.js';
import { barsOf, type Bar } from '../../lib/timeline.js';
import { useStudy } from '../study/study-layout.js';
import { Gantt } from './gantt.js';
import { Receipt } from './receipt.js';

const EXTENTS = ['3', '10', 'all'] as const;

interface Chosen {
  readonly key: string;
  readonly roundNo: number;
}

export function TimelinePage() {
  const { timeline: words } = useWords();
  const { studyId } = useStudy();
  const rounds = useQuery(roundsQuery(studyId));
  return (
    <Answer of={rounds}>
      {(list: readonly RoundView[]) =>
        list.length === 0 ? (
          <EmptyState title={words.none} how={words.noneHow} />
        ) : (
          <Timeline rounds={list} />
        )
      }
    </Answer>
  );
}

function Timeline({ rounds }: { readonly rounds: readonly RoundView[] }) {
  const { timeline: words } = useWords();
  const [extent, setExtent] = useState<string>('3');
  const [chosen, setChosen] = useState<Chosen>();
  const now = useNow();
  const bars = useMemo(
    () => barsOf(extent === 'all' ? rounds : rounds.slice(-Number(extent)), now),
    [rounds, extent, now],
  );
  const held = useHeld(bars);
  return (
    <Stack gap="md">
      <Panel
        title={words.title}
        aside={
          <Group gap="sm">
            <HeldNote isBehind={held.isBehind} />
            <SegmentedControl
              size="xs"
              aria-label={words.extent.label}
              value={extent}
              onChange={setExtent}
              data={EXTENTS.map((value) => ({ value, label: words.extent[value] }))}
            />
          </Group>
        }
      >
        <Text size="sm" c="dimmed" mb="xs">
          {words.hint}
        </Text>
        <div {...held.aim}>
          <Gantt
            bars={held.shown}
            chosen={chosen?.key}
            onChoose={({ key, round: { roundNo } }) => {
              setChosen({ key, roundNo });
            }}
          />
        </div>
        <TimelineTable bars={bars} />
      </Panel>
      <Receipt bar={chosen === undefined ? undefined : barOf(chosen, rounds, now)} />
    </Stack>
  );
}

/** Whoever reads about a bar goes on reading when newer rounds have pushed it off the chart. */
function barOf({ key, roundNo }: Chosen, rounds: readonly RoundView[], now: number) {
  const round = rounds.filter((other) => other.roundNo === roundNo);
  return barsOf(round, now).find((bar) => bar.key === key);
}

function TimelineTable({ bars }: { readonly bars: readonly Bar[] }) {
  const { timeline: words } = useWords();
  const formats = useFormats();
  const { round, attempt, who, what, from, lasted } = words.column;
  return (
    <TableTwin
      caption={words.title}
      columns={[round, attempt, who, what, from, lasted]}
      rows={bars.map((bar) => [
        bar.round.roundNo,
        bar.attempt.attemptNo,
        bar.participant?.siteId ?? words.coordinator,
        words.bar[bar.work],
        formats.dateTime(bar.fromMs),
        bar.isOpen ? words.open : formats.duration(bar.toMs - bar.fromMs),
      ])}
    />
  );
}
