/** What happened in the study, a sentence a leaf, the newest first. */
import { ScrollArea, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Answer } from '../../components/answer.js';
import { Panel } from '../../components/panel.js';
import { When } from '../../components/when.js';
import { sentenceOf } from '../../i18n/feed-words.js';
import { useWords } from '../../i18n/language.js';
import { activityQuery } from '../../lib/api/queries.js';
import { feedFacts } from '../../lib/format/feed-facts.js';
import classes from './activity-feed.module.css';

export function ActivityFeed({ studyId }: { readonly studyId: string }) {
  const words = useWords().study.activity;
  const activity = useQuery(activityQuery(studyId));
  return (
    <Panel title={words.title}>
      <Answer of={activity}>
        {({ leaves }) =>
          leaves.length === 0 ? <Text c="dimmed">{words.none}</Text> : <Feed leaves={leaves} />
        }
      </Answer>
    </Panel>
  );
}

function Feed({
  leaves,
}: {
  readonly leaves: readonly { readonly index: number; readonly leaf: string }[];
}) {
  const { feed, study } = useWords();
  const entries = useMemo(
    () => leaves.map(({ index, leaf }) => ({ index, facts: feedFacts(leaf) })),
    [leaves],
  );
  return (
    <ScrollArea.Autosize
      mah={420}
      type="auto"
      viewportProps={{ tabIndex: 0, 'aria-label': study.activity.title, role: 'region' }}
    >
      <ol className={classes['feed']}>
        {entries.map(({ index, facts }) => (
          <li key={index} data-leaf={index} className={classes['entry']}>
            <Text size="sm">{sentenceOf(feed, facts)}</Text>
            <Text size="xs" c="dimmed">
              <When atMs={facts.atMs} /> · #{index}
            </Text>
          </li>
        ))}
      </ol>
    </ScrollArea.Autosize>
  );
}
