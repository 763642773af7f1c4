/** The last warnings and errors of the process. */
import { Text } from '@mantine/core';
import { Panel } from '../../components/panel.js';
import { DataTable } from '../../components/table-twin.js';
import { StatusBadge } from '../../components/tone.js';
import { When } from '../../components/when.js';
import { useWords } from '../../i18n/language.js';
import type { ViewProps } from './machine-panels.js';

const SHOWN = 20;

export function ProblemsPanel({ view: { problems } }: ViewProps) {
  const { health: words } = useWords();
  return (
    <Panel title={words.problems}>
      {problems.length === 0 ? (
        <Text c="dimmed">{words.noProblems}</Text>
      ) : (
        <DataTable
          caption={words.newest(Math.min(SHOWN, problems.length))}
          columns={[words.what, words.level, words.code, words.when, words.where]}
          rows={problems.slice(0, SHOWN).map(({ message, level, code, atMs, where }) => [
            message,
            <StatusBadge key="level" tone={level === 'error' ? 'bad' : 'wait'}>
              {words.levels[level]}
            </StatusBadge>,
            code ?? '–',
            <When key="when" atMs={atMs} />,
            <code key="where">{where[0] ?? '–'}</code>,
          ])}
        />
      )}
    </Panel>
  );
}
