/** The rounds that a site was asked into: what became of it, and how much it sent. */
import { Text } from '@mantine/core';
import { useQueries, useQuery } from '@tanstack/react-query';
import { CardTable } from '../../components/card-table.js';
import { Panel } from '../../components/panel.js';
import { WaitingLines } from '../../components/waiting-lines.js';
import { useFormats, useWords } from '../../i18n/language.js';
import { roundsQuery, studiesQuery } from '../../lib/api/queries.js';
import { sentBy, type Sent } from '../../lib/sites.js';

const SHOWN = 30;

export function SentPanel({ siteId }: { readonly siteId: string }) {
  const { page: words } = useWords().sites;
  const sent = useSent(siteId);
  return (
    <Panel title={words.rounds}>
      {sent === undefined ? <WaitingLines /> : <SentTable sent={sent} />}
    </Panel>
  );
}

/** Undefined until all answers are there. */
function useSent(siteId: string): readonly Sent[] | undefined {
  const { data: studies } = useQuery(studiesQuery);
  const joined = (studies ?? []).filter(({ sites }) =>
    sites.some((site) => site.siteId === siteId),
  );
  const rounds = useQueries({ queries: joined.map(({ studyId }) => roundsQuery(studyId)) });
  if (studies === undefined || rounds.some(({ isPending }) => isPending)) {
    return undefined;
  }
  return sentBy(
    siteId,
    joined.map(({ studyId }, i) => ({ studyId, rounds: rounds[i]?.data ?? [] })),
  );
}

function SentTable({ sent }: { readonly sent: readonly Sent[] }) {
  const { sites, study, timeline } = useWords();
  const words = sites.page;
  const formats = useFormats();
  if (sent.length === 0) {
    return <Text c="dimmed">{words.noRounds}</Text>;
  }
  const counted = sent.filter(({ participant }) => participant.state === 'survivor');
  const bytes = sent.reduce((sum, { participant }) => sum + participant.bytes, 0);
  const listed = sent.slice(0, SHOWN);
  return (
    <>
      <Text mb="xs" data-sent>
        {words.roundsSummary(counted.length, sent.length, formats.bytes(bytes))}
      </Text>
      <CardTable
        isTitled={sent.length <= SHOWN}
        caption={sent.length > SHOWN ? words.newest(SHOWN) : words.rounds}
        columns={[words.round, words.study, words.state, words.bytes, words.trained, words.when]}
        keys={listed.map(({ studyId, roundNo, attemptNo }) => `${studyId} ${roundNo} ${attemptNo}`)}
        rows={listed.map(({ studyId, roundNo, attemptNo, openedAtMs, participant }) => [
          attemptNo === 1
            ? timeline.round(roundNo)
            : `${timeline.round(roundNo)}, ${study.attempt(attemptNo)}`,
          studyId,
          study.sites.state[participant.state],
          formats.bytes(participant.bytes),
          formats.duration(participant.trainMs),
          formats.dateTime(openedAtMs),
        ])}
      />
    </>
  );
}
