/** Before the first round: starting the study, once enough sites have joined. */
import { Button, Group, Text } from '@mantine/core';
import type { StudyView } from '@consilium/shared/answers';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Panel } from '../../components/panel.js';
import { Notice } from '../../components/tone.js';
import { useWords } from '../../i18n/language.js';
import { send } from '../../lib/api/client.js';
import { meQuery } from '../../lib/api/queries.js';
import { readiness } from '../../lib/rounds-now.js';

export function StartPanel({ study }: { readonly study: StudyView }) {
  const { study: words, studies } = useWords();
  const { data: me } = useQuery(meQuery);
  const client = useQueryClient();
  const start = useMutation({
    mutationFn: () => send('POST', `/v1/studies/${study.studyId}/start`),
    onSettled: () => client.invalidateQueries({ queryKey: ['study', study.studyId] }),
  });
  const { ready, missing } = readiness(study);
  const mayStart = me?.rights.includes('studies.start') === true;
  return (
    <Panel title={studies.phase.recruiting}>
      <Text mb="sm">{studies.sitesReady(ready, Math.max(ready, study.minSites))}</Text>
      <Text c="dimmed" mb="sm">
        {missing === 0 ? words.start.explain : words.start.few(missing)}
      </Text>
      {start.isError ? <Notice tone="bad">{start.error.message}</Notice> : null}
      {mayStart ? (
        <Group mt="sm">
          <Button
            disabled={missing > 0}
            loading={start.isPending}
            onClick={() => {
              start.mutate();
            }}
          >
            {words.start.button}
          </Button>
        </Group>
      ) : null}
    </Panel>
  );
}
