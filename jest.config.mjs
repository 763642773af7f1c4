/**
 * All suites in one run, for `npm test`: short suites fill the cores while long ones wait for processes, timers and databases.
 * Each workspace's own configuration stands beside its package.json and runs alone with `npx jest` there.
 */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(fileURLToPath(import.meta.url));
const { workspaces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** The number of workers belongs to the run, not to a workspace. */
async function project(workspace) {
  const rootDir = join(root, workspace);
  const { maxWorkers: _, ...own } = (await import(join(rootDir, 'jest.config.mjs'))).default;
  return { ...own, rootDir };
}

const projects = await Promise.all(workspaces.map(project));

export default {
  projects,
  testTimeout: Math.max(...projects.map(({ testTimeout }) => testTimeout)),
  testSequencer: join(root, 'tests', 'suite-order.mjs'),
  // A third of the suites waits rather than computes.
  maxWorkers: Math.ceil(1.5 * availableParallelism()),
  // A worker that has seen a hundred suites holds on to the memory of some; a fresh one costs a second.
  workerIdleMemoryLimit: '1500MB',
};
