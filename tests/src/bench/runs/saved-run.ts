/** Runs on disk: one JSON file that keeps the newest result of each measurement. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { keyOf, type Taken } from '../suites/suite.js';

const FORMAT = 'consilium-bench/1';

interface SavedRun {
  readonly format: typeof FORMAT;
  readonly results: readonly Taken[];
}

/** @throws Error with a sentence when the file is missing or no saved run */
export function readRun(file: string): readonly Taken[] {
  if (!existsSync(file)) {
    throw new Error(`${file} does not exist: save a run with --save first`);
  }
  const { format, results } = JSON.parse(readFileSync(file, 'utf8')) as Partial<SavedRun>;
  if (format !== FORMAT || results === undefined) {
    throw new Error(`${file} is no saved run: expected the format ${FORMAT}`);
  }
  return results;
}

/** Adds to what the file holds; a result replaces the older one of the same measurement. */
export function saveRun(file: string, taken: readonly Taken[]): void {
  const results = existsSync(file) ? merged(readRun(file), taken) : taken;
  const run: SavedRun = { format: FORMAT, results };
  writeFileSync(file, `${JSON.stringify(run, undefined, 2)}\n`);
}

/** The old ones in their order, replaced where there is a newer one; then what is new. */
export function merged(old: readonly Taken[], taken: readonly Taken[]): Taken[] {
  const byKey = new Map([...old, ...taken].map((result) => [keyOf(result), result]));
  return [...byKey.values()];
}
