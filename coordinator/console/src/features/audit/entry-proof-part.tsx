/** The proof that an entry is in the log, computed here: the way of its hash to the root, and the signature on that. */
import { Button, Stack, Text } from '@mantine/core';
import type { ProvenEntry } from '@consilium/shared/answers';
import { toHex } from '@consilium/shared/encoding';
import { useMemo } from 'react';
import { Fact, Facts } from '../../components/facts.js';
import { Hash } from '../../components/hash.js';
import { Notice } from '../../components/tone.js';
import { useFormats, useWords } from '../../i18n/language.js';
import { HashSteps } from './hash-steps.js';
import { useLogKey, type LogKey } from './log-key.js';
import { proveEntry } from './proofs.js';
import classes from './audit.module.css';

export interface EntryProofProps {
  readonly entry: ProvenEntry;
  readonly onAgain: () => void;
}

export function EntryProofPart({ entry, onAgain }: EntryProofProps) {
  const { proof: words } = useWords().audit;
  const key = useLogKey();
  return (
    <div>
      <Text fw={600} size="sm" mb={4}>
        {words.title}
      </Text>
      {key === undefined ? null : <Proven entry={entry} logKey={key} />}
      <Button variant="default" size="xs" mt="xs" onClick={onAgain}>
        {words.again}
      </Button>
    </div>
  );
}

function Proven({ entry, logKey }: { readonly entry: ProvenEntry; readonly logKey: LogKey }) {
  const { proof: words, entry: entryWords } = useWords().audit;
  const formats = useFormats();
  const { verdict, checkpoint, steps, leafHash } = useMemo(
    () => proveEntry(entry, logKey.logKey),
    [entry, logKey.logKey],
  );
  const { keptSinceMs } = logKey;
  return (
    <Stack gap="xs" data-proof={verdict.holds ? 'holds' : verdict.code}>
      <Notice tone={verdict.holds ? 'good' : 'bad'}>
        {verdict.holds
          ? words.holds(formats.number(checkpoint?.size ?? 0))
          : words.fails(verdict.code, verdict.reason)}
      </Notice>
      <Facts>
        <Fact name={entryWords.leafHash}>
          <Hash value={leafHash} />
        </Fact>
        {checkpoint === undefined ? null : (
          <>
            <Fact name={words.size}>{formats.number(checkpoint.size)}</Fact>
            <Fact name={words.root}>
              <Hash value={toHex(checkpoint.root)} />
            </Fact>
          </>
        )}
      </Facts>
      <HashSteps steps={steps} />
      <details>
        <summary>{words.checkpoint}</summary>
        <pre className={classes['raw']} tabIndex={0}>
          {entry.checkpoint}
        </pre>
      </details>
      <Text size="xs" c="dimmed">
        {keptSinceMs === undefined ? words.keyTold : words.keyKept(formats.dateTime(keptSinceMs))}
      </Text>
    </Stack>
  );
}
