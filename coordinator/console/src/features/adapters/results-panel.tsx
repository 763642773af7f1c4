/** Sites by figure, for one adapter; the site that it serves worst is named. */
import { Text } from '@mantine/core';
import { Panel } from '../../components/panel.js';
import { DataTable } from '../../components/table-twin.js';
import { useFormats, useWords } from '../../i18n/language.js';
import { FIGURES } from '../../lib/figures.js';
import { worstSite, type ResultRow } from './history.js';

const LOSS_DIGITS = 3;

export function ResultsPanel({ rows }: { readonly rows: readonly ResultRow[] }) {
  const { adapters, curves } = useWords();
  const words = adapters.results;
  const formats = useFormats();
  const worst = worstSite(rows);
  return (
    <Panel title={words.title}>
      {rows.length === 0 ? (
        <Text c="dimmed">{words.none}</Text>
      ) : (
        <>
          {worst === undefined ? null : <Text mb="xs">{words.worst(worst)}</Text>}
          <DataTable
            caption={words.explain}
            columns={[words.site, ...FIGURES.map((figure) => curves.metric[figure])]}
            rows={rows.map(({ siteId, measured: { figures } }) => [
              siteId ?? words.together,
              ...FIGURES.map((figure) =>
                figure === 'loss'
                  ? formats.number(figures.loss, LOSS_DIGITS)
                  : formats.percent(figures[figure]),
              ),
            ])}
          />
        </>
      )}
    </Panel>
  );
}
