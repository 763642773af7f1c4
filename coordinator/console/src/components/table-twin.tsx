/** The same numbers as a chart, as a table: for readers, for copying, for whoever tells no colours apart. */
import { Button, Group, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useId, useMemo, useState, type Key, type ReactNode } from 'react';
import { useWords } from '../i18n/language.js';
import { Icon } from './icon.js';
import { TableCaption } from './table-caption.js';

export interface TableTwinProps {
  readonly caption: string;
  readonly columns: readonly string[];
  /** Cells of each row; the first one names it. A function is asked once somebody wants to see them. */
  readonly rows: Rows | (() => Rows);
}

type Rows = readonly (readonly ReactNode[])[];

/** Of a long table so many cells stand on the page at once. */
const CELLS = 2000;
const FEWEST_ROWS = 20;

export function TableTwin({ caption, columns, rows }: TableTwinProps) {
  const { table } = useWords().shell;
  const [isOpen, { toggle }] = useDisclosure(false);
  const id = useId();
  return (
    <>
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<Icon name="table" size={14} />}
        onClick={toggle}
        aria-expanded={isOpen}
        aria-controls={id}
      >
        {isOpen ? table.hide : table.show}
      </Button>
      <div id={id}>
        {isOpen ? <DataTable caption={caption} columns={columns} rows={rows} /> : null}
      </div>
    </>
  );
}

export interface DataTableProps extends TableTwinProps {
  /** A heading above says the same as the caption, which is then for readers alone. */
  readonly isTitled?: boolean;
  /** What each row is about, where something in a row can be chosen while rows come and go. */
  readonly keys?: readonly Key[];
}

export function DataTable({ caption, columns, rows, keys, isTitled = false }: DataTableProps) {
  const all = useMemo(() => (typeof rows === 'function' ? rows() : rows), [rows]);
  const height = Math.max(FEWEST_ROWS, Math.floor(CELLS / columns.length));
  const [chosen, choose] = useState(0);
  const first = Math.min(chosen, Math.floor(Math.max(0, all.length - 1) / height) * height);
  return (
    <>
      <RowsTable
        {...{ caption, columns, isTitled }}
        rows={all.slice(first, first + height)}
        keys={keys?.slice(first, first + height)}
      />
      {all.length <= height ? null : (
        <Turning {...{ first, height }} length={all.length} onTurn={choose} />
      )}
    </>
  );
}

interface TurningProps {
  readonly first: number;
  readonly height: number;
  readonly length: number;
  readonly onTurn: (first: number) => void;
}

/** From one part of a long table to the next. */
function Turning({ first, height, length, onTurn }: TurningProps) {
  const { table } = useWords().shell;
  const turn = (text: string, to: number) => (
    <Button
      variant="default"
      size="compact-sm"
      disabled={to < 0 || to >= length}
      onClick={() => {
        onTurn(to);
      }}
    >
      {text}
    </Button>
  );
  return (
    <Group gap="xs" mt="xs">
      {turn(table.previous, first - height)}
      {turn(table.next, first + height)}
      <Text size="sm" role="status">
        {table.part(first + 1, Math.min(length, first + height), length)}
      </Text>
    </Group>
  );
}

interface RowsTableProps extends Omit<DataTableProps, 'keys'> {
  readonly rows: Rows;
  readonly keys: readonly Key[] | undefined;
}

function RowsTable({ caption, columns, rows, keys, isTitled = false }: RowsTableProps) {
  return (
    <Table.ScrollContainer
      minWidth={columns.length * 110}
      scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}
    >
      <Table captionSide="top">
        <TableCaption {...{ caption, isTitled }} />
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Table.Th key={column} scope="col">
                {column}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row, i) => (
            <Table.Tr key={keys?.[i] ?? i}>
              {row.map((cell, j) =>
                j === 0 ? (
                  <Table.Th key={j} scope="row">
                    {cell}
                  </Table.Th>
                ) : (
                  <Table.Td key={j}>{cell}</Table.Td>
                ),
              )}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
