/**
 * Takes the columns that no backup holds out of a plain dump of PostgreSQL: rows stand between `COPY table (columns) FROM stdin;` and
 * `\.`, one a line, values separated by tabs, no value as `\N` (PostgreSQL's manual, COPY, text format: line breaks are escaped).
 */
import { NULL_COLUMNS } from './left-out.js';

const LINE_END = 0x0a;
const COPY = /^COPY (?:\S+\.)?"?(\w+)"? \((.*)\) FROM stdin;$/;
const END_OF_ROWS = Buffer.from('\\.\n');
const NO_VALUE = '\\N';

/** Where a line stands: outside of rows, or in those of a table, with the positions of its columns to empty. */
type Place = 'outside' | readonly number[];

export async function* withoutSecrets(dump: AsyncIterable<Buffer>): AsyncGenerator<Uint8Array> {
  let place: Place = 'outside';
  for await (const lines of wholeLines(dump)) {
    const passed: Buffer[] = [];
    for (const line of lines) {
      passed.push(emptied(line, place));
      place = placeAfter(line, place);
    }
    yield Buffer.concat(passed);
  }
}

/** The lines of each piece, line breaks included; the beginning of a line waits for its end. */
async function* wholeLines(dump: AsyncIterable<Buffer>): AsyncGenerator<readonly Buffer[]> {
  let rest: Buffer[] = [];
  for await (const piece of dump) {
    const end = piece.lastIndexOf(LINE_END) + 1;
    if (end === 0) {
      rest.push(piece);
    } else {
      yield linesOf(Buffer.concat([...rest, piece.subarray(0, end)]));
      rest = [piece.subarray(end)];
    }
  }
  yield linesOf(Buffer.concat(rest));
}

function linesOf(text: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0; start < text.length;) {
    const found = text.indexOf(LINE_END, start);
    const end = found < 0 ? text.length : found + 1;
    lines.push(text.subarray(start, end));
    start = end;
  }
  return lines;
}

function placeAfter(line: Buffer, place: Place): Place {
  if (place !== 'outside') {
    return line.equals(END_OF_ROWS) ? 'outside' : place;
  }
  const [, table = '', columns = ''] = COPY.exec(line.toString('utf8').trimEnd()) ?? [];
  if (table === '') {
    return 'outside';
  }
  const secret = NULL_COLUMNS[table] ?? [];
  const names = columns.split(', ').map((name) => name.replaceAll('"', ''));
  return secret.map((name) => names.indexOf(name)).filter((position) => position >= 0);
}

function emptied(line: Buffer, place: Place): Buffer {
  const isRow = place !== 'outside' && place.length > 0;
  if (!isRow || line.equals(END_OF_ROWS)) {
    return line;
  }
  const values = line.toString('utf8').slice(0, -1).split('\t');
  place.forEach((position) => {
    values[position] = NO_VALUE;
  });
  return Buffer.from(`${values.join('\t')}\n`);
}
