/** Giving the open attempt up, with a reason that stays in the log. An attempt that ends meanwhile takes nobody's words away. */
import { Group } from '@mantine/core';
import { useWords } from '../../i18n/language.js';
import { isEnded, type RoundNow } from '../../lib/rounds-now.js';
import { ReasonButton } from './reason-button.js';

export interface AbandonButtonProps {
  readonly studyId: string;
  readonly now: RoundNow;
}

export function AbandonButton({ studyId, now: { roundNo, attempt } }: AbandonButtonProps) {
  const words = useWords().study.abandon;
  const isPossible = !isEnded(attempt);
  const explain = isPossible ? words.explain(roundNo, attempt.attemptNo) : words.over;
  return (
    <Group>
      <ReasonButton
        studyId={studyId}
        path="rounds/current/abandonment"
        words={{ ...words, explain }}
        isPossible={isPossible}
        of={{ attemptId: attempt.attemptId }}
        asksWhy
        isFinal
      />
    </Group>
  );
}
