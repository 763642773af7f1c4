/** How the coordinator is: what wants attention first, then its figures, what went wrong lately, and a file for whoever helps. */
import { SimpleGrid, Stack } from '@mantine/core';
import type { HealthView } from '@consilium/shared/answers';
import { useQuery } from '@tanstack/react-query';
import { Answer } from '../../components/answer.js';
import { PageTitle } from '../../components/page-title.js';
import { Notice, StatusBadge } from '../../components/tone.js';
import { useWords } from '../../i18n/language.js';
import { findingsIn } from './findings.js';
import { healthQuery } from './health-queries.js';
import { LogPanel } from './log-panel.js';
import { DatabasePanel, MachinePanel, QueuePanel, ServicesPanel } from './machine-panels.js';
import { ProblemsPanel } from './problems-panel.js';
import { SupportPanel } from './support-panel.js';

export function HealthPage() {
  const { health: words } = useWords();
  const health = useQuery(healthQuery);
  return (
    <>
      <PageTitle title={words.title}>
        {health.data === undefined ? null : <Standing view={health.data} />}
      </PageTitle>
      <Answer of={health}>
        {(view) => (
          <Stack>
            {findingsIn(view).map((finding) => (
              <Notice key={finding} tone="bad">
                <span data-finding={finding}>{words.finding[finding]}</span>
              </Notice>
            ))}
            <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
              <ServicesPanel view={view} />
              <QueuePanel view={view} />
              <DatabasePanel view={view} />
              <MachinePanel view={view} />
            </SimpleGrid>
            <LogPanel view={view} />
            <ProblemsPanel view={view} />
            <SupportPanel />
          </Stack>
        )}
      </Answer>
    </>
  );
}

function Standing({ view }: { readonly view: HealthView }) {
  const { health: words } = useWords();
  const isGood = findingsIn(view).length === 0;
  return (
    <StatusBadge tone={isGood ? 'good' : 'bad'}>
      {isGood ? words.good : words.attention}
    </StatusBadge>
  );
}
