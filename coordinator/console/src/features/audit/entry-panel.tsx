/** One entry: what it says, the bytes that were hashed, who signed, and the proof that it is in the log. */
import { ActionIcon, Stack, Text } from '@mantine/core';
import type { ProvenEntry } from '@consilium/shared/answers';
import { utf8 } from '@consilium/shared/encoding';
import { leafSchema } from '@consilium/shared/protocol';
import { useQuery } from '@tanstack/react-query';
import { Link, useSearchParams } from 'react-router';
import { Answer } from '../../components/answer.js';
import { CommandLines } from '../../components/command-lines.js';
import { Fact, Facts } from '../../components/facts.js';
import { Hash } from '../../components/hash.js';
import { Panel } from '../../components/panel.js';
import { sentenceOf } from '../../i18n/feed-words.js';
import { useFormats, useWords } from '../../i18n/language.js';
import { feedFacts } from '../../lib/format/feed-facts.js';
import { entryQuery } from './audit-queries.js';
import { entryCommands } from './commands.js';
import { EntryProofPart } from './entry-proof-part.js';
import { fieldsOf, hexDump, type FieldValue } from './leaf-view.js';
import { signerOf, type Signer } from './signers.js';
import classes from './audit.module.css';

export function EntryPanel({ index }: { readonly index: number | undefined }) {
  const { entry: words } = useWords().audit;
  if (index === undefined) {
    return (
      <Panel title={words.what}>
        <Text c="dimmed">{words.choose}</Text>
      </Panel>
    );
  }
  return <Chosen key={index} index={index} />;
}

function Chosen({ index }: { readonly index: number }) {
  const { entry: words } = useWords().audit;
  const [search] = useSearchParams();
  const entry = useQuery(entryQuery(index));
  const without = new URLSearchParams(search);
  without.delete('entry');
  const close = (
    <ActionIcon
      component={Link}
      to={`?${without.toString()}`}
      variant="subtle"
      aria-label={words.close}
    >
      ✕
    </ActionIcon>
  );
  return (
    <Panel title={words.title(String(index))} aside={close}>
      <Answer of={entry}>
        {(proven) => (
          <Stack gap="md" data-entry-open={index}>
            <Said leaf={proven.leaf} />
            <Signed entry={proven} />
            <Raw leaf={proven.leaf} />
            <EntryProofPart entry={proven} onAgain={() => void entry.refetch()} />
            <Commands entry={proven} />
          </Stack>
        )}
      </Answer>
    </Panel>
  );
}

function Said({ leaf }: { readonly leaf: string }) {
  const { feed } = useWords();
  return (
    <div>
      <Text mb="xs">{sentenceOf(feed, feedFacts(leaf))}</Text>
      <Facts>
        {fieldsOf(leaf).map(({ name, value }) => (
          <Fact key={name} name={name}>
            <Value value={value} />
          </Fact>
        ))}
      </Facts>
    </div>
  );
}

function Commands({ entry }: { readonly entry: ProvenEntry }) {
  const { take: words } = useWords().auditVerify;
  const { studyId } = feedFacts(entry.leaf);
  return (
    <Stack gap="xs">
      <Text fw={600} size="sm">
        {words.commands}
      </Text>
      {entryCommands(entry.index, studyId).map((command) => (
        <CommandLines key={command} lines={[command]} />
      ))}
    </Stack>
  );
}

function Value({ value }: { readonly value: FieldValue }) {
  const formats = useFormats();
  switch (value.kind) {
    case 'hash':
      return <Hash value={value.value} />;
    case 'moment':
      return formats.dateTime(value.atMs);
    case 'text':
      return <span className={classes['digits']}>{value.value}</span>;
  }
}

function Signed({ entry }: { readonly entry: ProvenEntry }) {
  const { entry: words, signer } = useWords().audit;
  const parsed = leafSchema.safeParse(JSON.parse(entry.leaf));
  const [origin = ''] = entry.checkpoint.split('\n');
  return (
    <div>
      <Text fw={600} size="sm">
        {words.signed}
      </Text>
      <Text size="sm">{signer.log(origin)}</Text>
      {parsed.success ? <Text size="sm">{signerWords(signer, signerOf(parsed.data))}</Text> : null}
    </div>
  );
}

function signerWords(
  words: ReturnType<typeof useWords>['audit']['signer'],
  signer: Signer,
): string {
  switch (signer.kind) {
    case 'site':
      return words.site(signer.siteId);
    case 'person':
      return words.person(signer.operatorId);
    case 'sites':
    case 'coordinator':
    case 'alone':
      return words[signer.kind];
  }
}

function Raw({ leaf }: { readonly leaf: string }) {
  const { entry: words } = useWords().audit;
  const formats = useFormats();
  const bytes = utf8(leaf);
  return (
    <div>
      <Text fw={600} size="sm">
        {words.raw}
      </Text>
      <Text size="xs" c="dimmed" mb={4}>
        {words.rawHint(formats.bytes(bytes.length))}
      </Text>
      <pre className={classes['raw']} tabIndex={0} data-raw-leaf>
        {leaf}
      </pre>
      <details>
        <summary>{words.bytes}</summary>
        <pre className={`${classes['raw'] ?? ''} ${classes['dump'] ?? ''}`} tabIndex={0}>
          {hexDump(bytes)}
        </pre>
      </details>
    </div>
  );
}
