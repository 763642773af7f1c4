/** One page of entries, a sentence each, the newest first. */
import { Button, Group, Text } from '@mantine/core';
import type { Entries } from '@consilium/shared/answers';
import { useQuery } from '@tanstack/react-query';
import { Link, useSearchParams } from 'react-router';
import { Answer } from '../../components/answer.js';
import { EmptyState } from '../../components/empty-state.js';
import { HeldNote } from '../../components/held-note.js';
import { Panel } from '../../components/panel.js';
import { When } from '../../components/when.js';
import { sentenceOf } from '../../i18n/feed-words.js';
import { useWords } from '../../i18n/language.js';
import { feedFacts } from '../../lib/format/feed-facts.js';
import { useHeld } from '../../lib/live/use-held.js';
import { entriesQuery } from './audit-queries.js';
import { filterOf, type EntryFilter } from './entry-search.js';
import classes from './audit.module.css';

export function EntryList({ chosen }: { readonly chosen: number | undefined }) {
  const [search] = useSearchParams();
  const question = { filter: filterOf(search), before: search.get('before') };
  return <Page key={JSON.stringify(question)} {...question} chosen={chosen} />;
}

interface PageProps {
  readonly filter: EntryFilter;
  readonly before: string | null;
  readonly chosen: number | undefined;
}

function Page({ filter, before, chosen }: PageProps) {
  const { entries: words } = useWords().audit;
  const entries = useQuery(entriesQuery(filter, before));
  const held = useHeld(entries.data);
  return (
    <Panel title={words.title} aside={<HeldNote isBehind={held.isBehind} />}>
      <Answer of={entries}>
        {(newest) =>
          newest.entries.length === 0 ? (
            <EmptyState title={words.none} how={words.noneHow} />
          ) : (
            <>
              <div {...held.aim}>
                <Rows found={held.shown ?? newest} chosen={chosen} />
              </div>
              <Pager older={newest.older} isNewest={before === null} />
            </>
          )
        }
      </Answer>
    </Panel>
  );
}

interface RowsProps {
  readonly found: Entries;
  readonly chosen: number | undefined;
}

function Rows({ found, chosen }: RowsProps) {
  const { feed, audit } = useWords();
  const withEntry = useSearchWith();
  return (
    <ol className={classes['list']} aria-label={audit.entries.list}>
      {found.entries.map(({ index, leaf }) => {
        const facts = feedFacts(leaf);
        const about = [
          facts.studyId,
          facts.roundNo > 0 ? audit.entries.ofRound(facts.roundNo) : '',
          facts.siteId,
        ];
        return (
          <li key={index} data-entry={index}>
            <Link
              to={withEntry('entry', String(index))}
              className={classes['entry']}
              aria-current={index === chosen}
              preventScrollReset
            >
              <Text size="sm">{sentenceOf(feed, facts)}</Text>
              <Text size="xs" c="dimmed">
                #{index} · <code>{facts.type}</code> ·{' '}
                {about.filter((part) => part !== '').map((part) => `${part} · `)}
                <When atMs={facts.atMs} />
              </Text>
            </Link>
          </li>
        );
      })}
    </ol>
  );
}

interface PagerProps {
  readonly older: number | undefined;
  readonly isNewest: boolean;
}

function Pager({ older, isNewest }: PagerProps) {
  const { entries: words } = useWords().audit;
  const withBefore = useSearchWith();
  return (
    <Group mt="sm" gap="sm">
      {isNewest ? null : (
        <Button component={Link} to={withBefore('before')} variant="default" size="xs">
          {words.newest}
        </Button>
      )}
      {older === undefined ? null : (
        <Button
          component={Link}
          to={withBefore('before', String(older))}
          variant="default"
          size="xs"
        >
          {words.older}
        </Button>
      )}
    </Group>
  );
}

/** The address with one thing changed, or without it. */
function useSearchWith(): (key: string, value?: string) => string {
  const [search] = useSearchParams();
  return (key, value) => {
    const changed = new URLSearchParams(search);
    if (value === undefined) {
      changed.delete(key);
    } else {
      changed.set(key, value);
    }
    return `?${changed.toString()}`;
  };
}
