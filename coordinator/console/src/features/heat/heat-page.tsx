/** Each site by round, so that the site which the adapter serves worst is seen at once. */
import { Group, Stack, Text } from '@mantine/core';
import { useMemo, useState, type ReactNode } from 'react';
import { HeatMap } from '../../components/charts/heat-map.js';
import { EmptyState } from '../../components/empty-state.js';
import { Panel } from '../../components/panel.js';
import { TableTwin } from '../../components/table-twin.js';
import { useFormats, useWords } from '../../i18n/language.js';
import type { FigureName, SiteSeries } from '../../lib/figures.js';
import { ArrivingNote } from '../curves/arriving-note.js';
import { FigureChoice } from '../curves/figure-choice.js';
import { useSeries } from '../curves/use-series.js';
import { useStudy } from '../study/study-layout.js';
import { cellsOf, worstOf } from './cells.js';

export function HeatPage() {
  const { curves: words } = useWords();
  const { studyId } = useStudy();
  const arrived = useSeries(studyId);
  if (arrived === undefined) {
    return null;
  }
  const { series, rest } = arrived;
  return rest === 'none' && series.sites.length === 0 ? (
    <EmptyState title={words.heat.none} how={words.heat.noneHow} />
  ) : (
    <Heat sites={series.sites} note={<ArrivingNote of={arrived} />} />
  );
}

interface HeatProps {
  readonly sites: readonly SiteSeries[];
  readonly note: ReactNode;
}

function Heat({ sites, note }: HeatProps) {
  const { curves: words } = useWords();
  const formats = useFormats();
  const [figure, setFigure] = useState<FigureName>('balancedAccuracy');
  const format = (value: number): string =>
    figure === 'loss' ? formats.number(value, 3) : formats.percent(value);
  const { rounds, rows } = useMemo(() => cellsOf(sites, figure), [sites, figure]);
  const worst = useMemo(() => worstOf(sites, figure), [sites, figure]);
  return (
    <Stack gap="md">
      <Group>
        <FigureChoice figure={figure} onChoose={setFigure} />
      </Group>
      <Panel title={words.heat.title}>
        {worst === undefined ? null : (
          <Text mb="sm" data-worst>
            {words.heat.worst(worst.siteId, worst.roundNo, format(worst.value))}
          </Text>
        )}
        <HeatMap
          label={words.heat.chart(words.metric[figure])}
          columns={rounds.map(String)}
          rows={rows}
          isSmallGood={figure === 'loss'}
          format={format}
          worst={worst === undefined ? undefined : [worst.siteId, String(worst.roundNo)]}
        />
        <TableTwin
          caption={words.metric[figure]}
          columns={[words.site, ...rounds.map(String)]}
          rows={() =>
            rows.map(({ name, values }) => [
              name,
              ...values.map((value) => (value === undefined ? words.heat.empty : format(value))),
            ])
          }
        />
      </Panel>
      {note}
    </Stack>
  );
}
