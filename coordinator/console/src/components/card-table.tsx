/**
 * A table that is a list of cards on a phone: each row one card, each cell with the name of its column. Roles are said, since
 * browsers take them from elements that are laid out otherwise (WAI-ARIA 1.2, table).
 */
import { Table } from '@mantine/core';
import type { Key, ReactNode } from 'react';
import { TableCaption } from './table-caption.js';
import classes from './card-table.module.css';

export interface CardTableProps {
  readonly caption: string;
  readonly columns: readonly string[];
  /** Cells of each row; the first one names it. */
  readonly rows: readonly (readonly ReactNode[])[];
  /** What each row is about: a dialogue that is open stays with its row when rows before it come or go. */
  readonly keys: readonly Key[];
  /** A heading above says the same as the caption, which is then for readers alone. */
  readonly isTitled?: boolean;
}

export function CardTable({ caption, columns, rows, keys, isTitled = false }: CardTableProps) {
  return (
    <Table captionSide="top" className={classes['table'] ?? ''} role="table">
      <TableCaption {...{ caption, isTitled }} />
      <Table.Thead role="rowgroup">
        <Table.Tr role="row">
          {columns.map((column) => (
            <Table.Th key={column} scope="col" role="columnheader">
              {column}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody role="rowgroup">
        {rows.map((row, i) => (
          <Table.Tr key={keys[i] ?? i} role="row">
            {row.map((cell, j) =>
              j === 0 ? (
                <Table.Th key={j} scope="row" role="rowheader">
                  {cell}
                </Table.Th>
              ) : (
                <Table.Td key={j} role="cell" data-column={columns[j]}>
                  <div>{cell}</div>
                </Table.Td>
              ),
            )}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
