/** Giving the open attempt up, with a reason that stays in the log. */
import { Group } from '@mantine/core';
import { useWords } from '../../i18n/language.js';
import { ReasonButton } from './reason-button.js';

export function AbandonButton({ studyId }: { readonly studyId: string }) {
  const { study } = useWords();
  return (
    <Group>
      <ReasonButton
        studyId={studyId}
        path="rounds/current/abandonment"
        words={study.abandon}
        asksWhy
        isFinal
      />
    </Group>
  );
}
