/** The study is there: whether it is what was looked over, which sites were offered it, whom to invite, and what happens next. */
import { Button, List, Stack, Text } from '@mantine/core';
import type { StudyView } from '@consilium/shared/answers';
import { useQuery } from '@tanstack/react-query';
import { Link, useLocation, useParams } from 'react-router';
import { Answer } from '../../components/answer.js';
import { CommandLines } from '../../components/command-lines.js';
import { PageTitle } from '../../components/page-title.js';
import { Panel } from '../../components/panel.js';
import { Notice } from '../../components/tone.js';
import { useWords } from '../../i18n/language.js';
import { studyQuery } from '../../lib/api/queries.js';
import classes from './new-study.module.css';
import { OfferedSites } from './offered-sites.js';

export function NextStepsPage() {
  const { studyId = '' } = useParams();
  const study = useQuery(studyQuery(studyId));
  return <Answer of={study}>{(view) => <NextSteps study={view} />}</Answer>;
}

function NextSteps({ study }: { readonly study: StudyView }) {
  const { next: words, protocol } = useWords().studyOutcome;
  const state: unknown = useLocation().state;
  const lookedOver = hashIn(state);
  return (
    <>
      <PageTitle title={study.title} />
      <Stack gap="md">
        <Panel title={words.title}>
          {lookedOver === undefined ? null : (
            <Notice tone={lookedOver === study.protocolHash ? 'good' : 'bad'}>
              {lookedOver === study.protocolHash ? words.same : words.differs(lookedOver)}
            </Notice>
          )}
          <Text size="sm" fw={600}>
            {protocol.hash}
          </Text>
          <code className={classes['hash']} data-protocol-hash>
            {study.protocolHash}
          </code>
        </Panel>
        <Panel title={words.sites}>
          <OfferedSites study={study} />
        </Panel>
        <Panel title={words.happens}>
          <List type="ordered" spacing="sm">
            <List.Item>
              {words.steps.approve}
              <CommandLines
                lines={[
                  `consilium-agent study show ${study.studyId} --home HOME`,
                  `consilium-agent study approve ${study.studyId} --home HOME`,
                ]}
              />
            </List.Item>
            <List.Item>{words.steps.start(study.minSites)}</List.Item>
            <List.Item>{words.steps.rounds}</List.Item>
          </List>
          <Button component={Link} to={`/studies/${study.studyId}`} mt="md">
            {words.toStudy}
          </Button>
        </Panel>
      </Stack>
    </>
  );
}

/** What the page before handed over, if this one was not opened by its address. */
function hashIn(state: unknown): string | undefined {
  return typeof state === 'object' &&
    state !== null &&
    'hash' in state &&
    typeof state.hash === 'string'
    ? state.hash
    : undefined;
}
