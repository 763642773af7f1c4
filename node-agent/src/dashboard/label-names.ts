/** The file names of single rows of labels.csv, for the data manager's own eyes: they are read for one page and kept nowhere. */
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { CsvError, parse } from 'csv-parse';
import { systemCode } from '../config/durable-file.js';
import type { StudyConfig } from '../config/agent-config.js';

const LONGEST_ROW_BYTES = 64 * 1024;

/**
 * @param rows as a spreadsheet counts them, the header being row 1
 * @returns by row; fewer where the file has changed since or is no table any more, none where it is gone
 */
export async function readFileNames(
  { data }: Pick<StudyConfig, 'data'>,
  rows: ReadonlySet<number>,
): Promise<ReadonlyMap<number, string>> {
  const names = new Map<number, string>();
  const text = createReadStream(join(data, 'labels.csv'));
  const records = text.pipe(
    parse({
      bom: true,
      trim: true,
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: LONGEST_ROW_BYTES,
    }),
  );
  text.on('error', (error) => records.destroy(error));
  try {
    let row = 0;
    let column = 0;
    for await (const record of records as AsyncIterable<readonly string[]>) {
      row += 1;
      if (row === 1) {
        column = record.indexOf('file');
      } else if (rows.has(row)) {
        names.set(row, record[column] ?? '');
      }
      if (names.size === rows.size) {
        break;
      }
    }
  } catch (error) {
    // What is wrong with the file the check of the data set says.
    if (systemCode(error) !== 'ENOENT' && !(error instanceof CsvError)) {
      throw error;
    }
  }
  return names;
}
