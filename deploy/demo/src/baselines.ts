/**
 * The lines that the federated adapter is held against: each site training alone, all pictures pooled, and the majority class.
 * Same adapter, same number of rounds and epochs, same seeds, the agent's own training program.
 */
import { join } from 'node:path';
import type { PictureSet } from './picture-set.js';
import { runCommand } from './program.js';

export type Scores = Record<string, number>;

export interface Baselines {
  /** Balanced accuracy on the test split of the second site of the adapter trained at the first. */
  readonly local: Record<string, Scores>;
  readonly pooled: Scores;
  readonly majority: Scores;
}

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
  const trainings = [
    { name: 'pooled', trainedOn: sites },
    ...sites.map((site) => ({ name: site, trainedOn: [site] })),
  ];
  const scores = new Map<string, Scores>();
  await inParallel(plan.parallel, trainings, async ({ name, trainedOn }) => {
    const started = performance.now();
    scores.set(name, await trainAndScore(plan, name, trainedOn));
    plan.onDone(name, performance.now() - started);
  });
  return {
    local: Object.fromEntries(sites.map((site) => [site, scores.get(site) ?? {}])),
    pooled: scores.get('pooled') ?? {},
    majority: majorityScores(plan.pictures),
  };
}

async function trainAndScore(
  plan: BaselinePlan,
  name: string,
  trainedOn: readonly string[],
): Promise<Scores> {
  const adapter = join(plan.folder, `${name}.safetensors`);
  const common = [
    ...['--protocol', plan.protocolFile, '--data', plan.pictures.folder],
    ...['--backbone', plan.backboneFolder, '--cache', join(plan.folder, 'cache')],
  ];
  const siteOptions = (sites: readonly string[]) => sites.flatMap((s) => ['--site-column', s]);
  await runCommand('agent', [
    'train-alone',
    ...common,
    ...siteOptions(trainedOn),
    '--out',
    adapter,
  ]);
  const answer = await runCommand('agent', [
    ...['evaluate', ...common, ...siteOptions(plan.pictures.sites)],
    ...['--adapter', adapter, '--split', 'test', '--json'],
  ]);
  const { sites } = JSON.parse(answer) as {
    sites: Record<string, { balancedAccuracy: number }>;
  };
  return Object.fromEntries(
    Object.entries(sites).map(([site, metrics]) => [site, metrics.balancedAccuracy]),
  );
}

/** The adapter that always answers the commonest class of all training pictures: one right class among those of the test split. */
function majorityScores(pictures: PictureSet): Scores {
  const training = pictures.rows.filter((row) => row.split === 'train' && row.label !== '');
  const counts = new Map<string, number>();
  training.forEach(({ label }) => counts.set(label, (counts.get(label) ?? 0) + 1));
  const [majority] = [...counts].sort(([, a], [, b]) => b - a)[0] ?? [''];
  return Object.fromEntries(
    pictures.sites.map((site) => {
      const test = pictures.rows.filter((row) => row.site === site && row.split === 'test');
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
