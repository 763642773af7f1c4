/** One round again: its sum and adapter computed here, and each of its entries proven on request. */
import { Button, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Fact, Facts } from '../../components/facts.js';
import { Hash } from '../../components/hash.js';
import { Panel } from '../../components/panel.js';
import { Notice } from '../../components/tone.js';
import { sentenceOf } from '../../i18n/feed-words.js';
import { useWords } from '../../i18n/language.js';
import { feedFacts } from '../../lib/format/feed-facts.js';
import type { FetchedBundle } from '../../lib/verification/fetch-bundle.js';
import { proveInclusion } from '../../lib/verification/verification.js';
import { entriesOfRound, type BundleEntry } from './bundle-entries.js';
import { HashSteps } from './hash-steps.js';
import type { RoundOutcome } from './use-verification.js';
import classes from './audit.module.css';

export interface RoundPanelProps {
  readonly bundle: FetchedBundle;
  readonly round: RoundOutcome;
}

export function RoundPanel({ bundle, round }: RoundPanelProps) {
  const { roundPart: words } = useWords().auditVerify;
  const { roundNo } = round;
  const entries = useMemo(() => entriesOfRound(bundle.files, roundNo), [bundle, roundNo]);
  return (
    <Panel title={words.title(roundNo)}>
      <Stack gap="sm">
        <Recomputed round={round} />
        <Text fw={600}>{words.entries}</Text>
        <ol className={classes['list']}>
          {entries.map((entry) => (
            <Entry key={entry.index} bundle={bundle} entry={entry} />
          ))}
        </ol>
      </Stack>
    </Panel>
  );
}

function Recomputed({ round: { recomputed } }: { readonly round: RoundOutcome }) {
  const { roundPart: words } = useWords().auditVerify;
  if (recomputed === undefined) {
    return <Notice tone="calm">{words.none}</Notice>;
  }
  const { holds, sumRecomputed, ringSumHash, adapterCheckpointHash } = recomputed;
  return (
    <div data-round-again={holds}>
      <Notice tone={holds ? 'good' : 'bad'}>{holds ? words.holds : words.fails}</Notice>
      {sumRecomputed ? null : (
        <Text size="sm" c="dimmed" mt="xs">
          {words.plain}
        </Text>
      )}
      <Facts>
        <Fact name={words.sum}>
          <Hash value={ringSumHash} />
        </Fact>
        <Fact name={words.adapter}>
          <Hash value={adapterCheckpointHash} />
        </Fact>
      </Facts>
    </div>
  );
}

interface EntryProps {
  readonly bundle: FetchedBundle;
  readonly entry: BundleEntry;
}

function Entry({ bundle, entry: { index, leaf } }: EntryProps) {
  const { feed, auditVerify, audit } = useWords();
  const { roundPart: words } = auditVerify;
  const prove = useMutation({
    networkMode: 'always',
    mutationFn: () => proveInclusion(bundle, index),
  });
  const { data: proof } = prove;
  return (
    <li className={classes['entry']} data-bundle-entry={index}>
      <Text size="sm">{sentenceOf(feed, feedFacts(leaf))}</Text>
      <Text size="xs" c="dimmed">
        #{index}{' '}
        <Button
          variant="subtle"
          size="compact-xs"
          aria-label={words.proveEntry(String(index))}
          loading={prove.isPending}
          onClick={() => {
            prove.mutate();
          }}
        >
          {words.prove}
        </Button>
      </Text>
      {prove.isError ? <Notice tone="bad">{prove.error.message}</Notice> : null}
      {proof === undefined ? null : (
        <>
          <Notice tone={proof.holds ? 'good' : 'bad'}>
            {proof.holds
              ? audit.proof.holds(String(proof.size))
              : audit.proof.fails('proof-invalid', proof.reason)}
          </Notice>
          <HashSteps steps={proof.steps} />
        </>
      )}
    </li>
  );
}
