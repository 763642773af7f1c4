/**
 * The lines that the federated adapter is held against: each site training alone, all pictures pooled, and the majority class.
 * Same adapter, same number of rounds and epochs, same seeds, the agent's own training program.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PictureSet } from './picture-set.js';
import { runCommand, runJson } from './program.js';

export type Scores = Record<string, number>;

export interface Baselines {
  /** Balanced accuracy on the test split of the second site of the adapter trained at the first. */
  readonly local: Record<string, Scores>;
  readonly pooled: Scores;
  readonly majority: Scores;
}

/** Trained on the pictures of all sites together. */
const POOLED = 'pooled';

export interface BaselinePlan {
  readonly folder: string;
  readonly protocolFile: string;
  readonly backboneFolder: string;
  readonly pictures: PictureSet;
  /** The machine's share: how many trainings may run side by side. */
  readonly parallel: number;
  readonly onDone: (name: string, ms: number) => void;
}

export async function trainBaselines(plan: BaselinePlan): Promise<Baselines> {
  const { sites } = plan.pictures;
  const trainings = [POOLED, ...sites];
  await makeCacheKey(plan);
  await inParallel(plan.parallel, trainings, async (name) => {
    const started = performance.now();
    await trainAlone(plan, name);
    plan.onDone(name, performance.now() - started);
  });
  const scores = new Map<string, Scores>(trainings.map((name) => [name, {}]));
  await inParallel(plan.parallel, sites, async (site) => {
    for (const [name, score] of await scoresAt(plan, site, trainings)) {
      scores.set(name, { ...scores.get(name), [site]: score });
    }
  });
  return {
    local: Object.fromEntries(sites.map((site) => [site, scores.get(site) ?? {}])),
    pooled: scores.get(POOLED) ?? {},
    majority: majorityScores(plan.pictures),
  };
}

function commonOptions(plan: BaselinePlan): string[] {
  return [
    ...['--protocol', plan.protocolFile, '--data', plan.pictures.folder],
    ...['--backbone', plan.backboneFolder, '--cache', join(plan.folder, 'cache')],
    ...['--cache-key', cacheKeyFile(plan)],
  ];
}

function cacheKeyFile(plan: BaselinePlan): string {
  return join(plan.folder, 'cache-key');
}

/** One key for all trainings, so that what the trunk makes of a picture is computed once; made before two of them would. */
async function makeCacheKey(plan: BaselinePlan): Promise<void> {
  await mkdir(plan.folder, { recursive: true });
  await writeFile(cacheKeyFile(plan), `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
}

function adapterFile(plan: BaselinePlan, name: string): string {
  return join(plan.folder, `${name}.safetensors`);
}

async function trainAlone(plan: BaselinePlan, name: string): Promise<void> {
  const rows = name === POOLED ? plan.pictures.sites : [name];
  await runCommand('agent', [
    ...['train-alone', ...commonOptions(plan), '--site', name],
    ...rows.flatMap((site) => ['--site-column', site]),
    ...['--out', adapterFile(plan, name)],
  ]);
}

/** All adapters on the test pictures of one site, in one process: the backbone is loaded once. */
async function scoresAt(
  plan: BaselinePlan,
  site: string,
  names: readonly string[],
): Promise<[string, number][]> {
  const scores = (await runJson('agent', [
    ...['evaluate', ...commonOptions(plan), '--site-column', site],
    ...['--split', 'test', '--adapter', ...names.map((n) => adapterFile(plan, n))],
  ])) as readonly { readonly balancedAccuracy: number }[];
  return scores.map(({ balancedAccuracy }, i) => [names[i] ?? '', balancedAccuracy]);
}

/** The adapter that always answers the commonest class of all training pictures: one right class among those of the test split. */
function majorityScores(pictures: PictureSet): Scores {
  const training = pictures.rows.filter((row) => row.split === 'train' && row.label !== '');
  const counts = new Map<string, number>();
  training.forEach(({ label }) => counts.set(label, (counts.get(label) ?? 0) + 1));
  const [majority] = [...counts].sort(([, a], [, b]) => b - a)[0] ?? [''];
  return Object.fromEntries(
    pictures.sites.map((site) => {
      const test = pictures.rows.filter(
        (row) => row.site === site && row.split === 'test' && row.label !== '',
      );
      const present = new Set(test.map((row) => row.label));
      return [site, present.has(majority) ? 1 / present.size : 0];
    }),
  );
}

async function inParallel<T>(
  lanes: number,
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const lane = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
