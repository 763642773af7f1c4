/** What is known of the chosen bar: its site's contribution, and the hashes under which the log and the bundle have it. */
import { Text } from '@mantine/core';
import { Fact, Facts } from '../../components/facts.js';
import { Hash } from '../../components/hash.js';
import { Panel } from '../../components/panel.js';
import { useFormats, useWords } from '../../i18n/language.js';
import type { Bar } from '../../lib/timeline.js';

export function Receipt({ bar }: { readonly bar: Bar | undefined }) {
  const { receipt, coordinator, round } = useWords().timeline;
  if (bar === undefined) {
    return (
      <Panel title={receipt.title}>
        <Text c="dimmed">{receipt.none}</Text>
      </Panel>
    );
  }
  const who = bar.participant?.siteId ?? coordinator;
  return (
    <Panel title={`${receipt.title}: ${round(bar.round.roundNo)}, ${who}`}>
      <div data-receipt>
        <Facts>
          <SiteFacts bar={bar} />
          <AttemptFacts bar={bar} />
        </Facts>
      </div>
    </Panel>
  );
}

function SiteFacts({ bar: { participant } }: { readonly bar: Bar }) {
  const { timeline, study } = useWords();
  const { receipt } = timeline;
  const formats = useFormats();
  if (participant === undefined) {
    return null;
  }
  const { state, weight, bytes, trainMs, vectorHash } = participant;
  return (
    <>
      <Fact name={receipt.state}>{study.sites.state[state]}</Fact>
      <Fact name={receipt.pictures}>{formats.number(weight)}</Fact>
      <Fact name={receipt.trained}>{formats.duration(trainMs)}</Fact>
      <Fact name={receipt.bytes}>{formats.bytes(bytes)}</Fact>
      {vectorHash === undefined ? null : (
        <Fact name={receipt.vector}>
          <Hash value={vectorHash} />
        </Fact>
      )}
    </>
  );
}

function AttemptFacts({ bar: { attempt, round } }: { readonly bar: Bar }) {
  const { receipt } = useWords().timeline;
  const formats = useFormats();
  const { attemptNo, manifestHash, ringSumHash, endedAtMs, reason } = attempt;
  const adapter = round.adapterCheckpointHash;
  return (
    <>
      <Fact name={receipt.attempt}>{attemptNo}</Fact>
      <Fact name={receipt.manifest}>
        <Hash value={manifestHash} />
      </Fact>
      {ringSumHash === undefined ? null : (
        <Fact name={receipt.ringSum}>
          <Hash value={ringSumHash} />
        </Fact>
      )}
      {adapter === undefined ? null : (
        <Fact name={receipt.adapter}>
          <Hash value={adapter} />
        </Fact>
      )}
      {endedAtMs === undefined ? null : (
        <Fact name={receipt.ended}>{formats.dateTime(endedAtMs)}</Fact>
      )}
      {reason === undefined ? null : <Fact name={receipt.reason}>{reason}</Fact>}
    </>
  );
}
