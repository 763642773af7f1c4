/** The checks of a row that need no look into the file. */
import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { SPLITS, type DatasetRule, type Split } from '../trainer-link/messages.js';
import type { LabelsRow } from './labels-file.js';
import type { Problems } from './problems.js';

/** A row whose file exists within the folder, with class and split understood. */
export interface CheckedRow {
  readonly row: LabelsRow;
  readonly path: string;
  readonly label: number;
  readonly split: Split;
}

/** The rows that pass, in order; the others go to `problems` with the first rule they break. */
export async function checkRows(
  folder: string,
  rows: readonly LabelsRow[],
  classes: readonly string[],
  problems: Problems,
): Promise<CheckedRow[]> {
  const root = await realpath(folder);
  const seen = new Set<string>();
  const passed: CheckedRow[] = [];
  for (const row of rows) {
    const result = await checkRow(root, row, classes);
    if (typeof result === 'string') {
      problems.add(row.row, result);
    } else if (seen.has(result.path)) {
      problems.add(row.row, 'duplicate-file');
    } else {
      seen.add(result.path);
      passed.push(result);
    }
  }
  return passed;
}

async function checkRow(
  root: string,
  row: LabelsRow,
  classes: readonly string[],
): Promise<CheckedRow | DatasetRule> {
  const cells = checkCells(row, classes);
  if (typeof cells === 'string') {
    return cells;
  }
  const located = await locate(root, row.file);
  return typeof located === 'string' ? located : { row, path: located.path, ...cells };
}

function checkCells(
  row: LabelsRow,
  classes: readonly string[],
): { readonly label: number; readonly split: Split } | DatasetRule {
  if (row.file === '') {
    return 'empty-file';
  }
  if (row.label === '') {
    return 'empty-label';
  }
  const label = classes.indexOf(row.label);
  if (label < 0) {
    return 'unknown-class';
  }
  const split = SPLITS.find((known) => known === row.split);
  return split === undefined ? 'unknown-split' : { label, split };
}

/**
 * The file of a row, or the rule that it breaks. Symbolic links are followed before the check, since a link may lead out of the
 * folder.
 * @param root the data folder, its own links resolved
 */
export async function locate(
  root: string,
  file: string,
): Promise<{ readonly path: string } | DatasetRule> {
  if (isAbsolute(file) || file.includes('\0') || leaves(relative(root, join(root, file)))) {
    return 'path-outside-folder';
  }
  try {
    const path = await realpath(join(root, file));
    if (leaves(relative(root, path))) {
      return 'path-outside-folder';
    }
    return (await stat(path)).isFile() ? { path } : 'unreadable-file';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'missing-file' : 'unreadable-file';
  }
}

function leaves(path: string): boolean {
  return path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path);
}
