/** What people decide about a running study: it pauses, goes on, or ends for good. */
import { Group, Text } from '@mantine/core';
import type { StudyView } from '@consilium/shared/answers';
import { Panel } from '../../components/panel.js';
import { useWords } from '../../i18n/language.js';
import { ReasonButton } from './reason-button.js';

/** For whoever may start the study. */
export function CoursePanel({ study }: { readonly study: StudyView }) {
  const { course: words } = useWords().study;
  const { studyId, pause } = study;
  const isPaused = pause !== undefined;
  return (
    <Panel title={words.title}>
      <Text c="dimmed" mb="sm">
        {isPaused ? words.paused : words.running}
      </Text>
      <Group gap="xs">
        {isPaused ? (
          <ReasonButton key="resume" studyId={studyId} path="resume" words={words.resume} />
        ) : (
          <ReasonButton key="pause" studyId={studyId} path="pause" words={words.pause} asksWhy />
        )}
        <ReasonButton studyId={studyId} path="stop" words={words.stop} asksWhy isFinal />
      </Group>
    </Panel>
  );
}
