/** The newest checkpoint: read, raw, and by whom it is signed; to be kept here or as a file. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { toHex } from '@consilium/shared/encoding';
import { useMutation } from '@tanstack/react-query';
import { useMemo } from 'react';
import { CommandLines } from '../../components/command-lines.js';
import { Fact, Facts } from '../../components/facts.js';
import { Hash } from '../../components/hash.js';
import { Panel } from '../../components/panel.js';
import { Notice } from '../../components/tone.js';
import { useFormats, useWords } from '../../i18n/language.js';
import { download } from '../../lib/download.js';
import { CHECKPOINT_FILE, checkpointCommand } from './commands.js';
import { keepCheckpoint } from './keep-checkpoint.js';
import { readCheckpoint, signaturesOf, verdictOf } from './proofs.js';
import classes from './audit.module.css';

export interface NewestPanelProps {
  /** Signed note. */
  readonly note: string;
  /** Base64. */
  readonly logKey: string;
  readonly onKept: () => void;
}

export function NewestPanel({ note, logKey, onKept }: NewestPanelProps) {
  const { checkpoint: words, proof } = useWords().audit;
  const verdict = useMemo(() => verdictOf(() => readCheckpoint(note, logKey)), [note, logKey]);
  return (
    <Panel title={words.newest}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {words.explain}
        </Text>
        {verdict.holds ? (
          <Read note={note} logKey={logKey} />
        ) : (
          <Notice tone="bad">{proof.fails(verdict.code, verdict.reason)}</Notice>
        )}
        <pre className={classes['raw']} tabIndex={0} aria-label={words.raw} data-note>
          {note}
        </pre>
        <Keep note={note} logKey={logKey} onKept={onKept} />
        <CommandLines lines={[checkpointCommand('save', logKey)]} />
      </Stack>
    </Panel>
  );
}

function Read({ note, logKey }: Omit<NewestPanelProps, 'onKept'>) {
  const { checkpoint: words } = useWords().audit;
  const formats = useFormats();
  const { origin, size, root } = readCheckpoint(note, logKey);
  return (
    <Facts>
      <Fact name={words.origin}>{origin}</Fact>
      <Fact name={words.size}>{formats.number(size)}</Fact>
      <Fact name={words.root}>
        <Hash value={toHex(root)} />
      </Fact>
      <Fact name={words.signatures}>
        {signaturesOf(note).map(({ name, keyId }) => (
          <div key={`${name} ${keyId}`}>{words.signedBy(name, keyId)}</div>
        ))}
      </Fact>
      <Fact name={words.key}>
        <code className={classes['digits']}>{logKey}</code>
      </Fact>
    </Facts>
  );
}

function Keep({ note, logKey, onKept }: NewestPanelProps) {
  const { checkpoint: words } = useWords().audit;
  const keep = useMutation({
    mutationFn: () => keepCheckpoint(note, logKey),
    onSuccess: onKept,
  });
  return (
    <>
      <Group gap="sm">
        <Button
          loading={keep.isPending}
          onClick={() => {
            keep.mutate();
          }}
        >
          {words.keep}
        </Button>
        <Button
          variant="default"
          onClick={() => {
            download(CHECKPOINT_FILE, new Blob([note], { type: 'text/plain' }));
          }}
        >
          {words.file}
        </Button>
        <Text size="sm" role="status">
          {keep.data === 'kept' ? words.kept : ''}
        </Text>
      </Group>
      {keep.data === 'contradicts' ? <Notice tone="bad">{words.mismatch}</Notice> : null}
      {keep.isError ? <Notice tone="bad">{keep.error.message}</Notice> : null}
    </>
  );
}
