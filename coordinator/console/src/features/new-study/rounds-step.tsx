/** How training goes, how updates are summed, what the sites vote on, and who has to be there. */
import { Checkbox, SimpleGrid, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { Panel } from '../../components/panel.js';
import { useWords } from '../../i18n/language.js';
import { defaultAt } from './defaults.js';
import { useDraft } from './draft-context.js';
import { isObject, valueAt } from './draft.js';
import { ChoiceField, NumberField, TextField } from './fields.js';
import { SecurityPanel } from './security-panel.js';

export function RoundsStep() {
  const { newStudy: words } = useWords();
  return (
    <Stack gap="md">
      <Panel title={words.panels.training}>
        <TrainingFields />
      </Panel>
      <Panel title={words.panels.participation}>
        <Columns>
          <NumberField path="participation.minSites" />
          <NumberField path="participation.maxAttempts" />
          <TextField path="participation.advertDeadline" />
          <TextField path="participation.roundDeadline" />
        </Columns>
      </Panel>
      <Panel title={words.panels.aggregation}>
        <AggregationFields />
      </Panel>
      <SecurityPanel />
      <Panel title={words.panels.vote}>
        <VoteFields />
      </Panel>
    </Stack>
  );
}

function Columns({ children }: { readonly children: ReactNode }) {
  return <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>{children}</SimpleGrid>;
}

function TrainingFields() {
  const { choices } = useWords().newStudy;
  const { draft } = useDraft();
  const optimizer = valueAt(draft, 'training.optimizer.kind');
  const isCosine = valueAt(draft, 'training.schedule.kind') === 'cosine';
  return (
    <Columns>
      <NumberField path="training.rounds" />
      <NumberField path="training.localEpochs" />
      <NumberField path="training.batchSize" />
      <ChoiceField
        path="training.optimizer.kind"
        choices={choices.optimizer}
        common={['learningRate', 'weightDecay']}
      />
      <NumberField path="training.optimizer.learningRate" />
      <NumberField path="training.optimizer.weightDecay" />
      {optimizer === 'sgd' ? <NumberField path="training.optimizer.momentum" /> : null}
      <ChoiceField path="training.schedule.kind" choices={choices.schedule} common={[]} />
      {isCosine ? <NumberField path="training.schedule.warmupSteps" /> : null}
      <NumberField path="training.updateRange" />
      <NumberField path="training.clipNorm" />
      <TextField path="seed" />
    </Columns>
  );
}

function AggregationFields() {
  const { newStudy: words } = useWords();
  const { draft, set } = useDraft();
  const isSecure =
    (valueAt(draft, 'privacy.secureAggregation') ??
      defaultAt(draft, 'privacy.secureAggregation')) !== 'off';
  const hasGroups = isObject(valueAt(draft, 'privacy.groups'));
  return (
    <Stack gap="md">
      <Columns>
        <ChoiceField path="privacy.secureAggregation" choices={words.choices.secure} common={[]} />
        {isSecure ? <NumberField path="privacy.colluders" /> : null}
      </Columns>
      {isSecure ? (
        <Checkbox
          label={words.withGroups}
          checked={hasGroups}
          onChange={({ currentTarget }) => {
            set('privacy.groups', currentTarget.checked ? {} : undefined);
          }}
        />
      ) : null}
      {isSecure && hasGroups ? <GroupFields /> : null}
    </Stack>
  );
}

function GroupFields() {
  const { choices } = useWords().newStudy;
  const { draft } = useDraft();
  const isTrimmed = valueAt(draft, 'privacy.groups.combine.kind') === 'trimmed-mean';
  return (
    <Columns>
      <NumberField path="privacy.groups.sites" />
      <NumberField path="privacy.groups.minSites" />
      <ChoiceField path="privacy.groups.combine.kind" choices={choices.combine} common={[]} />
      {isTrimmed ? <NumberField path="privacy.groups.combine.trim" /> : null}
    </Columns>
  );
}

function VoteFields() {
  const { newStudy: words } = useWords();
  const { draft, set } = useDraft();
  const isVoted = valueAt(draft, 'acceptance') !== 'off';
  return (
    <Stack gap="md">
      <Checkbox
        label={words.withVote}
        checked={isVoted}
        onChange={({ currentTarget }) => {
          set('acceptance', currentTarget.checked ? undefined : 'off');
        }}
      />
      {isVoted ? (
        <Columns>
          <ChoiceField path="acceptance.metric" choices={words.choices.metric} />
          <NumberField path="acceptance.tolerance" />
          <NumberField path="acceptance.maxNorm" />
        </Columns>
      ) : null}
    </Stack>
  );
}
