/** What a table is about, said to everybody or to readers alone. */
import { Table } from '@mantine/core';
import classes from './table-caption.module.css';

export interface TableCaptionProps {
  readonly caption: string;
  /** A heading above says the same as the caption, which is then for readers alone. */
  readonly isTitled: boolean;
}

export function TableCaption({ caption, isTitled }: TableCaptionProps) {
  return (
    <Table.Caption {...(isTitled ? { className: classes['hidden'] ?? '' } : {})}>
      {caption}
    </Table.Caption>
  );
}
