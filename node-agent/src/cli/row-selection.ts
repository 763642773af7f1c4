/** Which rows of a data set a local command uses: those of one site, or all of them when every site of the file is named. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parse } from 'csv-parse/sync';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { readArgumentFile } from './arguments.js';

/**
 * The value to select rows by, or undefined for all rows.
 * @throws ConsiliumError 'bad-request' when several sites are named and the file holds rows of another one
 */
export async function selectRows(
  dataFolder: string,
  sites: readonly string[],
): Promise<string | undefined> {
  if (sites.length < 2) {
    return sites[0];
  }
  const path = join(resolve(dataFolder), 'labels.csv');
  const text = await readArgumentFile(path, (name) => readFile(name, 'utf8'));
  const others = new Set(siteValues(text).filter((site) => !sites.includes(site)));
  if (others.size > 0) {
    throw new ConsiliumError(
      'bad-request',
      `labels.csv holds rows of ${others.size} more sites: name one --site-column or all of them`,
    );
  }
  return undefined;
}

function siteValues(text: string): string[] {
  const table: string[][] = parse(text, {
    bom: true,
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
  });
  const [header = [], ...rows] = table;
  const column = header.indexOf('site');
  if (column < 0) {
    throw new ConsiliumError('bad-dataset', 'labels.csv has no column site');
  }
  return rows.map((row) => row[column] ?? '');
}
