/** Writes docs/benchmarks.md and its picture from a saved run, so that both can be made again and nobody types a figure. */
import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readRun } from '../runs/saved-run.js';
import { chartOf } from './chart.js';
import { pageOf } from './page.js';

const PAGE = fileURLToPath(new URL('../../../../docs/benchmarks.md', import.meta.url));

/**
 * @param run the saved run @param page where the page goes; its picture stands beside it
 * @throws Error with a sentence when no run is named or it cannot be read
 */
export function writePage(run: string | undefined, page = PAGE): void {
  if (run === undefined) {
    throw new Error('the page is made from a saved run: name it with --from FILE');
  }
  const results = readRun(run);
  const picture = page.replace(/\.md$/, '.svg');
  writeFileSync(picture, chartOf(results));
  writeFileSync(page, pageOf(results, basename(picture)));
}
