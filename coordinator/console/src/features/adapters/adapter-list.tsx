/** All adapters of a study, the newest first. */
import { Button, Group, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { Hash } from '../../components/hash.js';
import { HeldNote } from '../../components/held-note.js';
import { Panel } from '../../components/panel.js';
import { DataTable } from '../../components/table-twin.js';
import { StatusBadge, type Tone } from '../../components/tone.js';
import { When } from '../../components/when.js';
import { useFormats, useWords } from '../../i18n/language.js';
import { useHeld } from '../../lib/live/use-held.js';
import type { AdapterEntry, Tag } from './history.js';

/** Of a long study, so many at first. */
const AT_FIRST = 8;

const TONES: Readonly<Record<Tag, Tone>> = {
  first: 'calm',
  best: 'good',
  newest: 'busy',
  accepted: 'good',
};

export interface AdapterListProps {
  readonly entries: readonly AdapterEntry[];
  /** Round of the one that is shown below. */
  readonly shown: number;
  readonly onShow: (roundNo: number) => void;
}

export function AdapterList({ entries, shown, onShow }: AdapterListProps) {
  const { list: words } = useWords().adapters;
  const [isWhole, setWhole] = useState(false);
  const held = useHeld(entries);
  const listed = held.shown.filter(
    ({ roundNo, tags }, i) => isWhole || i < AT_FIRST || tags.length > 0 || roundNo === shown,
  );
  const row = useRow(shown, onShow);
  return (
    <Panel title={words.title} aside={<HeldNote isBehind={held.isBehind} />}>
      <div {...held.aim}>
        <DataTable
          caption={words.caption}
          columns={[words.round, '', words.figure, words.sites, words.made, words.size, words.hash]}
          rows={listed.map(row)}
          keys={listed.map(({ roundNo }) => roundNo)}
        />
      </div>
      {listed.length === held.shown.length ? null : (
        <Button
          variant="subtle"
          size="compact-sm"
          onClick={() => {
            setWhole(true);
          }}
        >
          {words.more(held.shown.length - listed.length)}
        </Button>
      )}
    </Panel>
  );
}

function useRow(
  shown: number,
  onShow: (roundNo: number) => void,
): (entry: AdapterEntry) => readonly ReactNode[] {
  const { list: words, tags: tagWords } = useWords().adapters;
  const formats = useFormats();
  return ({ roundNo, hash, bytes, tags, making, measured }) => [
    <Group key="round" gap="xs" wrap="nowrap">
      {roundNo === shown ? (
        <Text component="span" fw={650} title={words.shown}>
          {roundNo} ▾
        </Text>
      ) : (
        <Button
          variant="subtle"
          size="compact-sm"
          aria-label={words.look(roundNo)}
          onClick={() => {
            onShow(roundNo);
          }}
        >
          {roundNo}
        </Button>
      )}
    </Group>,
    <Group key="tags" gap={4}>
      {tags.map((tag) => (
        <StatusBadge key={tag} tone={TONES[tag]}>
          {tagWords[tag]}
        </StatusBadge>
      ))}
    </Group>,
    measured === undefined ? words.unmeasured : formats.percent(measured.figures.balancedAccuracy),
    making === undefined ? '–' : making.sites.length,
    making?.attempt.endedAtMs === undefined ? (
      '–'
    ) : (
      <When key="made" atMs={making.attempt.endedAtMs} />
    ),
    formats.bytes(bytes),
    <Hash key="hash" value={hash} />,
  ];
}
