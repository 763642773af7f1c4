/** What a study protocol costs each hospital, for a hospital as the reader describes it. */
import { NativeSelect, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { studyCost } from '@consilium/shared/catalogue';
import type { StudyProtocol } from '@consilium/shared/protocol';
import { useState } from 'react';
import { Fact, Facts } from '../../components/facts.js';
import { Panel } from '../../components/panel.js';
import { useFormats, useWords } from '../../i18n/language.js';

/** Floating point operations a second. The first is what docs/benchmarks.md measured with ViT-S/16 on two cores. */
const MACHINES = { small: 8e10, large: 5e11, gpu: 1e13 } as const;
type Machine = keyof typeof MACHINES;

const SOME_PICTURES = 1000;
const SECOND = 1000;
const HOUR = 3_600_000;

export function CostPanel({ protocol }: { readonly protocol: StudyProtocol }) {
  const { cost: words } = useWords().studyOutcome;
  const formats = useFormats();
  const [pictures, setPictures] = useState(String(SOME_PICTURES));
  const [machine, setMachine] = useState<Machine>('small');
  const count = Math.max(1, Math.trunc(Number(pictures)) || SOME_PICTURES);
  const cost = studyCost(protocol, { pictures: count, operationsPerSecond: MACHINES[machine] });
  const time = (ms: number): string => (ms < SECOND ? words.nothing : formats.duration(ms));
  const { rounds } = protocol.training;
  return (
    <Panel title={words.title}>
      <Stack gap="md">
        <SimpleGrid cols={{ base: 1, sm: 2 }} maw={640}>
          <TextInput
            label={words.pictures}
            inputMode="numeric"
            value={pictures}
            onChange={({ currentTarget }) => {
              setPictures(currentTarget.value);
            }}
          />
          <NativeSelect
            label={words.machine}
            value={machine}
            data={Object.entries(words.machines).map(([value, label]) => ({ value, label }))}
            onChange={({ currentTarget }) => {
              setMachine(currentTarget.value as Machine);
            }}
          />
        </SimpleGrid>
        <Facts>
          <Fact name={words.parameters}>{formats.number(cost.parameters)}</Fact>
          <Fact name={words.sent}>{formats.bytes(cost.sentBytes)}</Fact>
          <Fact name={words.fetched}>{formats.bytes(cost.fetchedBytes)}</Fact>
          <Fact name={words.total(rounds)}>
            {formats.bytes(rounds * (cost.sentBytes + cost.fetchedBytes))}
          </Fact>
          <Fact name={words.first}>{time(SECOND * cost.firstSeconds)}</Fact>
          <Fact name={words.round}>{time(SECOND * cost.roundSeconds)}</Fact>
          <Fact name={words.hours}>{time(HOUR * cost.hours)}</Fact>
        </Facts>
        <Text size="sm" c="dimmed">
          {words.note}
        </Text>
      </Stack>
    </Panel>
  );
}
