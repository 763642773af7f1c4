/** What a study is doing now, who is waited for and why, and what has happened. */
import { Grid, Stack } from '@mantine/core';
import type { RoundView } from '@consilium/shared/answers';
import { useQuery } from '@tanstack/react-query';
import { Answer } from '../../components/answer.js';
import { roundsQuery } from '../../lib/api/queries.js';
import { newestAttempt } from '../../lib/rounds-now.js';
import { useRight } from '../../lib/use-names.js';
import { ActivityFeed } from './activity-feed.js';
import { CoursePanel } from './course-panel.js';
import { ProtocolPanel } from './protocol-panel.js';
import { RoundPanel } from './round-panel.js';
import { SiteTiles } from './site-tiles.js';
import { StartPanel } from './start-panel.js';
import { useStudy } from './study-layout.js';

export function LivePage() {
  const study = useStudy();
  const rounds = useQuery(roundsQuery(study.studyId));
  const mayDecide = useRight('studies.start') && study.phase === 'running';
  return (
    <Answer of={rounds}>
      {(list: readonly RoundView[]) => {
        const now = newestAttempt(list);
        return (
          <Grid gap="md">
            <Grid.Col span={{ base: 12, lg: 7 }}>
              <Stack gap="md">
                {study.phase === 'recruiting' ? <StartPanel study={study} /> : null}
                {now === undefined ? null : <RoundPanel study={study} now={now} />}
                {mayDecide ? <CoursePanel study={study} /> : null}
                <SiteTiles study={study} now={now} />
              </Stack>
            </Grid.Col>
            <Grid.Col span={{ base: 12, lg: 5 }}>
              <Stack gap="md">
                <ActivityFeed studyId={study.studyId} />
                <ProtocolPanel study={study} />
              </Stack>
            </Grid.Col>
          </Grid>
        );
      }}
    </Answer>
  );
}
