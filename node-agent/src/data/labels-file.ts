/** Reads labels.csv: a header line, then one row an image. Columns file, label, split, and optionally site and patient. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { ConsiliumError } from '@consilium/shared/vocabulary';

export const LABELS_FILE = 'labels.csv';
const MOST_BYTES = 64 * 1024 * 1024;
const REQUIRED = ['file', 'label', 'split'] as const;
const KNOWN = new Set<string>([...REQUIRED, 'site', 'patient']);

export interface LabelsRow {
  /** As a spreadsheet counts it: the header is row 1. */
  readonly row: number;
  readonly file: string;
  readonly label: string;
  readonly split: string;
  /** Empty when the column is absent. */
  readonly patient: string;
  /** Every further column, by its name: what metrics may later be broken down by. */
  readonly subgroups: Readonly<Record<string, string>>;
}

/**
 * @param sites keep only the rows of these sites; needs a `site` column. Empty: all rows.
 * @throws ConsiliumError 'bad-dataset' when the file is missing, not CSV or lacks a column; never with a cell in the message
 */
export async function readLabelsFile(
  folder: string,
  sites: readonly string[],
): Promise<LabelsRow[]> {
  const [header, ...rows] = parseTable(await readText(join(folder, LABELS_FILE)));
  const columns = readHeader(header ?? [], sites.length > 0);
  return rows.flatMap((cells, i) => {
    const cell = (name: string): string => cells[columns.indexOf(name)]?.trim() ?? '';
    if (sites.length > 0 && !sites.includes(cell('site'))) {
      return [];
    }
    const subgroups = Object.fromEntries(
      columns.filter((name) => !KNOWN.has(name)).map((name) => [name, cell(name)]),
    );
    const [file, label, split, patient] = [
      cell('file'),
      cell('label'),
      cell('split'),
      cell('patient'),
    ];
    return [{ row: i + 2, file, label, split, patient, subgroups }];
  });
}

async function readText(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > MOST_BYTES) {
      throw refused(`is larger than ${MOST_BYTES} bytes`);
    }
    return await readFile(path, 'utf8');
  } catch (error) {
    throw error instanceof ConsiliumError ? error : refused('is missing or cannot be read');
  }
}

function parseTable(text: string): string[][] {
  try {
    return parse(text, { bom: true, relax_column_count: true, skip_empty_lines: true });
  } catch (error) {
    // The parser's own message quotes the cell, which may name a patient.
    const { code, lines } = error as { code?: string; lines?: number };
    throw refused(`is not CSV: ${code ?? 'unknown fault'} at line ${lines ?? 0}`);
  }
}

function readHeader(cells: readonly string[], needsSite: boolean): string[] {
  const columns = cells.map((cell) => cell.trim());
  const wanted = needsSite ? [...REQUIRED, 'site'] : REQUIRED;
  const missing = wanted.filter((name) => !columns.includes(name));
  if (missing.length > 0) {
    throw refused(`has no column ${missing.join(', ')}`);
  }
  if (new Set(columns).size !== columns.length) {
    throw refused('names a column twice');
  }
  return columns;
}

function refused(fault: string): ConsiliumError {
  return new ConsiliumError('bad-dataset', `${LABELS_FILE} ${fault}`);
}
