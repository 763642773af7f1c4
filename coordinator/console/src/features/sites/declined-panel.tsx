/** What a site declined, a study or a round, with the code that it signed. */
import { Text } from '@mantine/core';
import { CardTable } from '../../components/card-table.js';
import { Panel } from '../../components/panel.js';
import { WaitingLines } from '../../components/waiting-lines.js';
import { useFormats, useWords } from '../../i18n/language.js';
import { declinedIn, type Declined } from '../../lib/sites.js';
import { useLeaves } from '../../lib/use-leaves.js';

const KINDS = ['study.declined', 'round.declined'] as const;
const SHOWN = 20;

export function DeclinedPanel({ siteId }: { readonly siteId: string }) {
  const { page: words } = useWords().sites;
  const leaves = useLeaves(KINDS, siteId);
  return (
    <Panel title={words.refusals}>
      {leaves === undefined ? <WaitingLines /> : <Refused declined={declinedIn(leaves.entries)} />}
    </Panel>
  );
}

function Refused({ declined }: { readonly declined: readonly Declined[] }) {
  const { sites, timeline } = useWords();
  const words = sites.page;
  const formats = useFormats();
  if (declined.length === 0) {
    return <Text c="dimmed">{words.noRefusals}</Text>;
  }
  const listed = declined.slice(0, SHOWN);
  return (
    <CardTable
      isTitled={declined.length <= SHOWN}
      caption={declined.length > SHOWN ? words.newest(SHOWN) : words.refusals}
      columns={[words.when, words.study, words.round, words.reason]}
      keys={listed.map(({ atMs, studyId, roundNo }) => `${studyId} ${roundNo ?? ''} ${atMs}`)}
      rows={listed.map(({ atMs, studyId, roundNo, reason }) => [
        formats.dateTime(atMs),
        studyId,
        roundNo === undefined ? words.ofStudy : timeline.round(roundNo),
        reason,
      ])}
    />
  );
}
