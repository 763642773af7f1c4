/** What the log signs, and that it only grew since a checkpoint that somebody kept. */
import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Answer } from '../../components/answer.js';
import { checkpointQuery } from './audit-queries.js';
import { ComparePanel } from './compare-panel.js';
import { FileComparePanel } from './file-compare-panel.js';
import { useLogKey } from './log-key.js';
import { NewestPanel } from './newest-panel.js';
import { forgetCheckpoint, savedCheckpoint } from './saved-checkpoint.js';

export function CheckpointPage() {
  const newest = useQuery(checkpointQuery);
  const key = useLogKey();
  const [saved, setSaved] = useState(() => savedCheckpoint(localStorage));
  const look = (): void => {
    setSaved(savedCheckpoint(localStorage));
  };
  return (
    <Stack gap="md">
      <ComparePanel
        saved={saved}
        onForget={() => {
          forgetCheckpoint(localStorage);
          look();
        }}
      />
      <Answer of={newest}>
        {(note) =>
          key === undefined ? null : <NewestPanel note={note} logKey={key.logKey} onKept={look} />
        }
      </Answer>
      {key === undefined ? null : <FileComparePanel logKey={key.logKey} />}
    </Stack>
  );
}
