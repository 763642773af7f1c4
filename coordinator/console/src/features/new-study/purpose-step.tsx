/** What the study is about, and what it is called. The name follows the title until somebody writes another one. */
import { Stack, TextInput } from '@mantine/core';
import { Panel } from '../../components/panel.js';
import { useWords } from '../../i18n/language.js';
import { useDraft } from './draft-context.js';
import { nameFromTitle, valueAt, withValue } from './draft.js';
import { TextField, useField } from './fields.js';

export function PurposeStep() {
  const { newStudy: words } = useWords();
  return (
    <Panel title={words.steps.purpose}>
      <Stack gap="md" maw={640}>
        <TitleField />
        <TextField path="study" />
      </Stack>
    </Panel>
  );
}

function TitleField() {
  const { draft, update } = useDraft();
  const { value, frame } = useField('title');
  const title = typeof value === 'string' ? value : '';
  const name = valueAt(draft, 'study');
  const follows = name === undefined || name === nameFromTitle(title);
  return (
    <TextInput
      {...frame}
      value={title}
      onChange={({ currentTarget }) => {
        const next = currentTarget.value;
        update((before) => {
          const titled = withValue(before, 'title', next === '' ? undefined : next);
          return follows ? withValue(titled, 'study', nameFromTitle(next) || undefined) : titled;
        });
      }}
    />
  );
}
