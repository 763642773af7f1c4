/** The adapters of a study: which there are, and of one of them where it comes from, what it is, how good it is, how it is taken out. */
import { Stack, Title } from '@mantine/core';
import type { StudyProtocol } from '@consilium/shared/protocol';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { Answer } from '../../components/answer.js';
import { useWords } from '../../i18n/language.js';
import { roundsQuery } from '../../lib/api/queries.js';
import { actsQuery, adaptersQuery, protocolQuery } from '../../lib/api/study-queries.js';
import { useSeries } from '../curves/use-series.js';
import { useStudy } from '../study/study-layout.js';
import { AdapterList } from './adapter-list.js';
import { ExportsPanel } from './exports-panel.js';
import { adapterHistory, resultsOf, type AdapterEntry } from './history.js';
import { LineagePanel } from './lineage-panel.js';
import { ModelCard } from './model-card.js';
import { ResultsPanel } from './results-panel.js';

const NO_ADAPTERS = [] as const;
const NO_ROUNDS = [] as const;
const NOT_MEASURED = { together: [], sites: [] } as const;

export function AdaptersPage() {
  const { studyId } = useStudy();
  const protocol = useQuery(protocolQuery(studyId));
  return <Answer of={protocol}>{(known) => <Adapters protocol={known} />}</Answer>;
}

function Adapters({ protocol }: { readonly protocol: StudyProtocol }) {
  const { studyId } = protocol;
  const adapters = useQuery(adaptersQuery(studyId));
  const { data: rounds = NO_ROUNDS } = useQuery(roundsQuery(studyId));
  const accepted = useAccepted(studyId);
  const series = useSeries(studyId)?.series ?? NOT_MEASURED;
  const { data: list = NO_ADAPTERS } = adapters;
  const entries = useMemo(
    () => adapterHistory(list, rounds, series, accepted),
    [list, rounds, series, accepted],
  );
  return (
    <Answer of={adapters}>
      {() => (
        <Chosen
          protocol={protocol}
          entries={entries}
          resultsAt={(roundNo) => resultsOf(series, roundNo)}
        />
      )}
    </Answer>
  );
}

interface ChosenProps {
  readonly protocol: StudyProtocol;
  /** At least the one that training begins with. */
  readonly entries: readonly AdapterEntry[];
  readonly resultsAt: (roundNo: number) => ReturnType<typeof resultsOf>;
}

function Chosen({ protocol, entries, resultsAt }: ChosenProps) {
  const { adapters: words } = useWords();
  const [search, setSearch] = useSearchParams();
  const wanted = search.get('round');
  const entry = entries.find(({ roundNo }) => String(roundNo) === wanted) ?? entries[0];
  if (entry === undefined) {
    return null;
  }
  const { roundNo } = entry;
  const show = (round: number): void => {
    setSearch({ round: String(round) }, { preventScrollReset: true });
  };
  return (
    <Stack gap="md">
      <AdapterList entries={entries} shown={roundNo} onShow={show} />
      <Title order={2} size="h3" data-adapter={roundNo}>
        {roundNo === 0 ? words.ofFirst : words.of(roundNo)}
      </Title>
      <LineagePanel entry={entry} onShow={show} />
      <ResultsPanel rows={resultsAt(roundNo)} />
      <ModelCard protocol={protocol} roundNo={roundNo} />
      <ExportsPanel key={roundNo} protocol={protocol} entry={entry} />
    </Stack>
  );
}

/** Hashes of adapters that people accepted with a signature of their own. */
function useAccepted(studyId: string): ReadonlySet<string> {
  const { data } = useQuery(actsQuery(studyId));
  return useMemo(
    () =>
      new Set(
        (data ?? []).flatMap(({ body }) =>
          body.act === 'adapter-accepted' ? [body.subject.hash] : [],
        ),
      ),
    [data],
  );
}
