/** Programs that measure inside a package, run from the sources: they use its specs' helpers, which are not built. */
import { fileURLToPath } from 'node:url';
import { jsonOfChild } from '../measure/child.js';

const ROOT = new URL('../../../../', import.meta.url);
const RUNNER = new URL('tests/src/support/run-typescript.cjs', ROOT);

/** @param program path from the repository's root @returns what it prints */
export function runFromSources<T>(
  program: string,
  words: readonly (string | number)[],
): Promise<T> {
  return jsonOfChild<T>({
    program: process.execPath,
    args: [
      ...['-C', '@consilium/source', fileURLToPath(RUNNER)],
      fileURLToPath(new URL(program, ROOT)),
      ...words.map(String),
    ],
  });
}
