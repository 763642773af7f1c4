/** What is told apart, and how many pictures a site needs. */
import { SimpleGrid, Stack } from '@mantine/core';
import { Panel } from '../../components/panel.js';
import { useWords } from '../../i18n/language.js';
import { ChoiceField, LinesField, NumberField } from './fields.js';

const ROWS = 6;

export function DataStep() {
  const { newStudy: words } = useWords();
  return (
    <Panel title={words.panels.classes}>
      <Stack gap="md" maw={640}>
        <LinesField path="task.classes" rows={ROWS} />
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <ChoiceField path="training.classWeights" choices={words.choices.classWeights} />
          <NumberField path="participation.minSamples" />
        </SimpleGrid>
      </Stack>
    </Panel>
  );
}
