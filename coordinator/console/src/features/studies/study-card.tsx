/** One study at a glance: how far it is, how good it is, whether it needs the person. */
import { Group, Progress, Stack, Text, Title } from '@mantine/core';
import type { RoundView, StudyView } from '@consilium/shared/answers';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { Sparkline } from '../../components/charts/sparkline.js';
import { StatusBadge, type Tone } from '../../components/tone.js';
import { useFormats, useWords } from '../../i18n/language.js';
import { evaluationsQuery, meQuery, roundsQuery } from '../../lib/api/queries.js';
import { bestOf, figureSeries, type Reported } from '../../lib/figures.js';
import { openAttempt, readiness } from '../../lib/rounds-now.js';
import { standingOf, type Standing } from '../../lib/standing.js';
import { useNames } from '../../lib/use-names.js';
import classes from './study-card.module.css';

export const STANDING_TONES = {
  recruiting: 'wait',
  running: 'busy',
  paused: 'wait',
  completed: 'good',
  failed: 'bad',
} as const satisfies Record<Standing, Tone>;

const NO_ROUNDS: readonly RoundView[] = [];
const NOTHING_REPORTED: readonly Reported[] = [];

export function StudyCard({ study }: { readonly study: StudyView }) {
  const { studies: words } = useWords();
  const { data: rounds = NO_ROUNDS } = useQuery(roundsQuery(study.studyId));
  const { ready, missing } = readiness(study);
  const { committed, total } = study.rounds;
  const standing = standingOf(study);
  return (
    <article className={classes['card']} aria-label={study.title}>
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <div>
          <Title order={2} size="h4">
            <Link to={`/studies/${study.studyId}`} className={classes['link']}>
              {study.title}
            </Link>
          </Title>
          <Text size="sm" c="dimmed">
            {study.studyId}
          </Text>
        </div>
        <StatusBadge tone={STANDING_TONES[standing]}>{words.phase[standing]}</StatusBadge>
      </Group>
      <Stack gap={4} mt="md">
        <Group justify="space-between">
          <Text size="sm">{words.round(committed, total)}</Text>
          <Text size="sm" title={words.sitesReadyHint}>
            {words.sitesReady(ready, Math.max(ready, study.minSites))}
          </Text>
        </Group>
        <Progress
          value={(100 * committed) / total}
          aria-label={words.round(committed, total)}
          size="sm"
        />
      </Stack>
      <BestFigure studyId={study.studyId} rounds={rounds} />
      <NextStep study={study} rounds={rounds} missing={missing} />
    </article>
  );
}

function BestFigure({
  studyId,
  rounds,
}: {
  readonly studyId: string;
  readonly rounds: readonly RoundView[];
}) {
  const { studies: words } = useWords();
  const formats = useFormats();
  const { data: reported = NOTHING_REPORTED } = useQuery(evaluationsQuery(studyId));
  const { together } = figureSeries(rounds, reported);
  const best = bestOf(together, 'balancedAccuracy');
  const values = together.map(({ figures }) => figures.balancedAccuracy);
  return (
    <Group justify="space-between" align="flex-end" mt="md" wrap="nowrap" mih={48}>
      <div>
        <Text size="sm" c="dimmed">
          {best === undefined ? words.noMetric : words.bestMetric}
        </Text>
        <Text size="xl" fw={650}>
          {best === undefined ? '–' : formats.percent(best.figures.balancedAccuracy)}
        </Text>
      </div>
      {values.length > 1 ? (
        <Sparkline
          values={values}
          label={words.sparkline(words.bestMetric, values.map(formats.percent).join(', '))}
        />
      ) : null}
    </Group>
  );
}

interface NextStepProps {
  readonly study: StudyView;
  readonly rounds: readonly RoundView[];
  readonly missing: number;
}

function NextStep({ study, rounds, missing }: NextStepProps) {
  const { studies: words } = useWords();
  const { data: me } = useQuery(meQuery);
  const nameOf = useNames();
  const needsStart =
    study.phase === 'recruiting' && missing === 0 && me?.rights.includes('studies.start') === true;
  return (
    <Group mt="sm" gap="xs">
      {needsStart ? <StatusBadge tone="wait">{words.needsYou}</StatusBadge> : null}
      <Text size="sm">
        {study.pause === undefined
          ? nextStep(words, study, rounds, missing)
          : words.isPaused(nameOf(study.pause.by), study.pause.reason)}
      </Text>
    </Group>
  );
}

function nextStep(
  words: ReturnType<typeof useWords>['studies'],
  { phase, reason }: StudyView,
  rounds: readonly RoundView[],
  missing: number,
): string {
  switch (phase) {
    case 'recruiting':
      return missing === 0 ? words.readyToStart : words.waitingForSites(missing);
    case 'running': {
      const awaited = openAttempt(rounds)?.attempt.awaited ?? [];
      return awaited.length === 0 ? words.goesOn : words.isWaiting(awaited.join(', '));
    }
    case 'completed':
      return words.isDone;
    case 'failed':
      return words.hasFailed(reason);
  }
}
