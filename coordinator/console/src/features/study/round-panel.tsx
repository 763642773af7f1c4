/** The newest attempt: its phase and deadline, how many sites have returned, who is waited for and why. */
import { Group, Stack, Text } from '@mantine/core';
import type { AttemptView, StudyView } from '@consilium/shared/answers';
import { useQuery } from '@tanstack/react-query';
import { Ring } from '../../components/charts/ring.js';
import { Panel } from '../../components/panel.js';
import { StatusBadge, type Tone } from '../../components/tone.js';
import { useFormats, useLanguage, useWords } from '../../i18n/language.js';
import { meQuery } from '../../lib/api/queries.js';
import { useNow } from '../../lib/live/use-now.js';
import { isEnded, returnedOf, type RoundNow } from '../../lib/rounds-now.js';
import { AbandonButton } from './abandon-button.js';
import { GroupsOfAttempt } from './groups-list.js';

export interface RoundPanelProps {
  readonly study: StudyView;
  readonly now: RoundNow;
}

export function RoundPanel({ study, now }: RoundPanelProps) {
  const { study: words, timeline } = useWords();
  const { data: me } = useQuery(meQuery);
  const { attempt, roundNo } = now;
  const { returned, cohort } = returnedOf(attempt);
  const mayAbandon = me?.rights.includes('studies.start') === true;
  const title =
    attempt.attemptNo > 1
      ? `${timeline.round(roundNo)}, ${words.attempt(attempt.attemptNo)}`
      : timeline.round(roundNo);
  return (
    <Panel
      title={title}
      aside={<StatusBadge tone={toneOf(attempt)}>{words.phase[attempt.phase]}</StatusBadge>}
    >
      <Group align="center" gap="lg" wrap="wrap">
        <Ring
          part={returned}
          whole={cohort}
          label={words.ring(returned, cohort)}
          caption={words.ringShort}
        />
        <Stack gap="xs" flex="1 1 16rem">
          <Text>{words.ring(returned, cohort)}</Text>
          <Waiting attempt={attempt} />
          {mayAbandon ? <AbandonButton studyId={study.studyId} now={now} /> : null}
        </Stack>
      </Group>
      <GroupsOfAttempt attempt={attempt} />
    </Panel>
  );
}

function Waiting({ attempt }: { readonly attempt: AttemptView }) {
  const { study: words } = useWords();
  const { language } = useLanguage();
  const formats = useFormats();
  const now = useNow();
  const { phase, awaited, needed, participants, deadlineMs } = attempt;
  if (isEnded(attempt)) {
    return <Text c="dimmed">{attempt.reason ?? words.waiting.none}</Text>;
  }
  const sites = new Intl.ListFormat(language, { type: 'conjunction' }).format(awaited);
  const since = Math.max(0, now - attempt.phaseSinceMs);
  return (
    <Stack gap={4} data-waiting>
      <Text fw={600}>{words.waiting.title}</Text>
      <Text>{awaited.length === 0 ? words.waiting.nobody : whyOf(words, phase, sites)}</Text>
      <Text size="sm" c="dimmed">
        {words.waiting.since(formats.duration(since))}{' '}
        {deadlineMs === undefined
          ? words.noDeadline
          : words.deadline(formats.relative(deadlineMs, now))}
      </Text>
      {needed < participants.length && awaited.length > 0 ? (
        <Text size="sm" c="dimmed">
          {words.waiting.needed(needed, participants.length)}
        </Text>
      ) : null}
    </Stack>
  );
}

function whyOf(
  { waiting }: ReturnType<typeof useWords>['study'],
  phase: AttemptView['phase'],
  sites: string,
): string {
  return phase === 'committed' || phase === 'aborted' ? waiting.none : waiting[phase](sites);
}

function toneOf({ phase, awaited }: AttemptView): Tone {
  switch (phase) {
    case 'committed':
      return 'good';
    case 'aborted':
      return 'bad';
    case 'advertising':
    case 'sharing':
    case 'collecting':
    case 'sealing':
    case 'unmasking':
    case 'voting':
      return awaited.length > 0 ? 'busy' : 'calm';
  }
}
