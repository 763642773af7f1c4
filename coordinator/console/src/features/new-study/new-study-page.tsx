/** A study from its title to its protocol, step by step; what is written is kept in the browser until the study is there. */
import { Button, Group, Text, VisuallyHidden } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'react-router';
import { EmptyState } from '../../components/empty-state.js';
import { PageTitle } from '../../components/page-title.js';
import { useWords } from '../../i18n/language.js';
import { meQuery } from '../../lib/api/queries.js';
import { DataStep } from './data-step.js';
import { DraftProvider, useDraft } from './draft-context.js';
import { FileMenu } from './file-menu.js';
import { ModelStep } from './model-step.js';
import classes from './new-study.module.css';
import { PurposeStep } from './purpose-step.js';
import { ReviewStep } from './review-step.js';
import { RoundsStep } from './rounds-step.js';
import { SitesStep } from './sites-step.js';
import { faultsOfStep, stepAfter, stepBefore, STEPS, type Step } from './steps.js';

export function NewStudyPage() {
  const { newStudy: words } = useWords();
  const { data: me } = useQuery(meQuery);
  if (me?.rights.includes('studies.create') === false) {
    return (
      <>
        <PageTitle title={words.title} />
        <EmptyState title={words.notYours} how={words.notYoursHow} />
      </>
    );
  }
  return (
    <DraftProvider>
      <Wizard />
    </DraftProvider>
  );
}

function Wizard() {
  const { newStudy: words } = useWords();
  const { leaveStep } = useDraft();
  const [search, setSearch] = useSearchParams();
  const step = STEPS.find((one) => one === search.get('step')) ?? STEPS[0];
  const go = (to: Step): void => {
    leaveStep(step);
    setSearch({ step: to });
    window.scrollTo(0, 0);
  };
  return (
    <>
      <PageTitle title={words.title}>
        <FileMenu
          onOpen={() => {
            setSearch({ step: 'review' });
          }}
        />
      </PageTitle>
      <StepList here={step} onGo={go} />
      <StepFields step={step} />
      <Group justify="space-between" mt="md">
        {step === STEPS[0] ? (
          <span />
        ) : (
          <Button
            variant="default"
            onClick={() => {
              go(stepBefore(step));
            }}
          >
            {words.back}
          </Button>
        )}
        {step === 'review' ? null : (
          <Button
            onClick={() => {
              go(stepAfter(step));
            }}
          >
            {words.next}
          </Button>
        )}
      </Group>
      <Text size="sm" c="dimmed" mt="sm">
        {words.kept}
      </Text>
    </>
  );
}

interface StepListProps {
  readonly here: Step;
  readonly onGo: (step: Step) => void;
}

function StepList({ here, onGo }: StepListProps) {
  const { steps: words } = useWords().newStudy;
  const { shownFaults } = useDraft();
  return (
    <nav aria-label={words.label}>
      <ol className={classes['steps']}>
        {STEPS.map((step, i) => {
          const count = faultsOfStep(shownFaults, step).length;
          return (
            <li key={step}>
              <button
                type="button"
                className={classes['step']}
                aria-current={step === here ? 'step' : undefined}
                onClick={() => {
                  onGo(step);
                }}
              >
                <span
                  className={`${classes['number'] ?? ''} ${count === 0 ? '' : (classes['faulty'] ?? '')}`}
                  aria-hidden="true"
                >
                  {count === 0 ? i + 1 : '!'}
                </span>
                <span className={classes['name']}>{words[step]}</span>
                {count === 0 ? null : <VisuallyHidden>, {words.faulty(count)}</VisuallyHidden>}
              </button>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}

function StepFields({ step }: { readonly step: Step }) {
  switch (step) {
    case 'purpose':
      return <PurposeStep />;
    case 'model':
      return <ModelStep />;
    case 'data':
      return <DataStep />;
    case 'rounds':
      return <RoundsStep />;
    case 'sites':
      return <SitesStep />;
    case 'review':
      return <ReviewStep />;
  }
}
