/** All sites that a filter lets through, a page of them at a time, in the order of a column. */
import { Button, Group, Table, Text, UnstyledButton } from '@mantine/core';
import type { SiteView } from '@consilium/shared/answers';
import { useTable } from '@tanstack/react-table';
import { useState } from 'react';
import { useWords } from '../../i18n/language.js';
import { COLUMN_IDS, columns, features, isOnPhones, ROWS_AT_ONCE } from './site-columns.js';
import { SiteRow } from './site-row.js';
import classes from './site-table.module.css';

const ARROWS = { asc: '▲', desc: '▼' } as const;
const ORDERS = { asc: 'ascending', desc: 'descending' } as const;

export function SiteTable({ sites }: { readonly sites: readonly SiteView[] }) {
  const { sites: words } = useWords();
  const [wantedPage, setPage] = useState(0);
  // A filter that leaves fewer sites has fewer pages.
  const page = Math.min(wantedPage, lastPage(sites.length));
  const table = useTable({
    features,
    columns,
    data: sites,
    getRowId: ({ siteId }) => siteId,
    initialState: { sorting: [{ id: 'site', desc: false }] },
    state: { pagination: { pageIndex: page, pageSize: ROWS_AT_ONCE } },
    // A row that changes while somebody reads is no reason to go back to the first page.
    autoResetPageIndex: false,
  });
  const [sorted] = table.state.sorting;
  const { rows } = table.getRowModel();
  return (
    <>
      <Table.ScrollContainer minWidth={0} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
        <Table highlightOnHover>
          <Table.Thead>
            <Table.Tr>
              {COLUMN_IDS.map((id) => {
                const order = sorted?.id === id ? (sorted.desc ? 'desc' : 'asc') : undefined;
                return (
                  <Table.Th
                    key={id}
                    scope="col"
                    aria-sort={order === undefined ? 'none' : ORDERS[order]}
                    {...(isOnPhones(id) ? {} : { visibleFrom: 'sm' })}
                  >
                    <UnstyledButton
                      className={classes['sort'] ?? ''}
                      title={words.sortBy(words.column[id])}
                      onClick={() => {
                        setPage(0);
                        table.setSorting([{ id, desc: order === 'asc' }]);
                      }}
                    >
                      {words.column[id]}
                      <span aria-hidden="true" className={classes['arrow']}>
                        {order === undefined ? '' : ARROWS[order]}
                      </span>
                    </UnstyledButton>
                  </Table.Th>
                );
              })}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map(({ id, original }) => (
              <SiteRow key={id} site={original} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Pages count={sites.length} page={page} onPage={setPage} />
    </>
  );
}

interface PagesProps {
  readonly count: number;
  readonly page: number;
  readonly onPage: (page: number) => void;
}

function Pages({ count, page, onPage }: PagesProps) {
  const { pages: words } = useWords().sites;
  if (count <= ROWS_AT_ONCE) {
    return null;
  }
  const from = page * ROWS_AT_ONCE;
  return (
    <Group component="nav" aria-label={words.label} justify="flex-end" gap="sm" mt="sm">
      <Button
        variant="default"
        size="xs"
        disabled={page === 0}
        onClick={() => {
          onPage(page - 1);
        }}
      >
        {words.before}
      </Button>
      <Text size="sm">{words.range(from + 1, Math.min(count, from + ROWS_AT_ONCE))}</Text>
      <Button
        variant="default"
        size="xs"
        disabled={page === lastPage(count)}
        onClick={() => {
          onPage(page + 1);
        }}
      >
        {words.next}
      </Button>
    </Group>
  );
}

function lastPage(count: number): number {
  return Math.max(0, Math.ceil(count / ROWS_AT_ONCE) - 1);
}
