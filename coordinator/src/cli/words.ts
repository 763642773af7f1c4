/** Any answer of the coordinator as text for people: names and values under each other, lists of things as tables. */
import { decodeFloat } from '@consilium/shared/encoding';
import { isRecord } from './api.js';

type Fields = Readonly<Record<string, unknown>>;

/** Ends with a line break; an empty list says so. */
export function toWords(value: unknown): string {
  return `${linesOf(value).join('\n')}\n`;
}

function linesOf(value: unknown): string[] {
  if (Array.isArray(value)) {
    return linesOfList(value);
  }
  return isRecord(value) ? linesOfFields(value) : [scalar('', value)];
}

function linesOfList(list: readonly unknown[]): string[] {
  if (list.length === 0) {
    return ['none'];
  }
  const records = list.filter(isRecord);
  if (records.length < list.length) {
    return list.flatMap(linesOfItem);
  }
  return records.some((record) => Object.values(record).some(isNested))
    ? records.flatMap((record, i) => [...(i === 0 ? [] : ['']), ...linesOfFields(record)])
    : table(records);
}

/** A list within a list is one line, such as a group of sites or a row of a matrix. */
function linesOfItem(item: unknown): string[] {
  return Array.isArray(item) && item.length > 0 && !item.some(isNested)
    ? [item.map((value) => scalar('', value)).join(', ')]
    : linesOf(item);
}

function linesOfFields(fields: Fields): string[] {
  return Object.entries(fields).flatMap(([name, value]) =>
    isNested(value)
      ? [`${name}:`, ...linesOf(value).map((line) => `  ${line}`.trimEnd())]
      : [`${name}: ${scalar(name, value)}`],
  );
}

function table(rows: readonly Fields[]): string[] {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = [names, ...rows.map((row) => names.map((name) => scalar(name, row[name])))];
  const widths = names.map((_, i) => Math.max(...cells.map((line) => line[i]?.length ?? 0)));
  return cells.map((line) =>
    line
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function isNested(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

/** Moments are written as dates, 1970 as never, floats as decimals. Control characters of foreign text stay out of the terminal. */
function scalar(name: string, value: unknown): string {
  if (typeof value === 'number' && name.endsWith('AtMs')) {
    return value === 0 ? 'never' : new Date(value).toISOString();
  }
  if (typeof value === 'string') {
    return /^f64:[0-9a-f]{16}$/.test(value) ? `${decodeFloat(value)}` : printable(value);
  }
  return typeof value === 'number' || typeof value === 'boolean' ? `${value}` : '';
}

export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, '\u{fffd}');
}
