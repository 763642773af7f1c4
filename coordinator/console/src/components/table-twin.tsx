/** The same numbers as a chart, as a table: for readers, for copying, for whoever tells no colours apart. */
import { Button, Table } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useId, type ReactNode } from 'react';
import { useWords } from '../i18n/language.js';
import { Icon } from './icon.js';
import classes from './table-twin.module.css';

export interface TableTwinProps {
  readonly caption: string;
  readonly columns: readonly string[];
  /** Cells of each row; the first one names it. */
  readonly rows: readonly (readonly ReactNode[])[];
}

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
}

export function DataTable({ caption, columns, rows, isTitled = false }: DataTableProps) {
  return (
    <Table.ScrollContainer
      minWidth={columns.length * 110}
      scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}
    >
      <Table captionSide="top">
        <Table.Caption {...(isTitled ? { className: classes['hidden'] ?? '' } : {})}>
          {caption}
        </Table.Caption>
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
            <Table.Tr key={i}>
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
