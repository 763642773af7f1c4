/** The main job from end to end: pictures, federation, baselines, export, offline verification. */
import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readSafetensorsHeader, shapeSize } from '@consilium/shared/tensors';
import { type Baselines, trainBaselines } from './baselines.js';
import { type Evidence, readEvidence } from './bundle-reading.js';
import type { DemoOptions } from './demo-options.js';
import { type DemoResult, federatedScores, toRoundLines } from './demo-result.js';
import type { Display } from './display.js';
import { startDemoFederation } from './demo-federation.js';
import { DEMO_STUDY_ID } from './demo-study.js';
import { EventBoard } from './event-board.js';
import type { Federation } from './federation.js';
import type { PictureSet } from './picture-set.js';
import { commandOutcome, dataOf, runCommand } from './program.js';

/**
 * @param shippedBackbone the folder of the backbone that the project ships.
 * @param signal set off when the person breaks it off.
 * @throws Error with a sentence when a step fails.
 */
export async function runDemo(
  options: DemoOptions,
  shippedBackbone: string,
  display: Display,
  signal: AbortSignal = new AbortController().signal,
): Promise<DemoResult> {
  const scratch = await mkdtemp(join(tmpdir(), 'consilium-demo-'));
  const results = await resultsFolder(options);
  const backboneFolder = resolve(options.backbone ?? shippedBackbone);
  const board = new EventBoard(display.take);
  let federation: Federation | undefined;
  try {
    const place = { scratch, backboneFolder, board, display, signal };
    const started = await startDemoFederation(options, place);
    const { pictures } = started;
    ({ federation } = started);
    await federation.finished();
    display.stage('exports the adapter and the evidence');
    const exported = await exportResults(federation, results);
    await federation.stop();
    const baselines = options.comparison
      ? await measureBaselines({ scratch, exported, backboneFolder, pictures, display })
      : undefined;
    display.stage('verifies the evidence offline');
    return await toResult({ pictures, board, exported, baselines });
  } finally {
    await federation?.stop();
    await keepLogs(scratch, results);
    await rm(scratch, { recursive: true, force: true });
  }
}

async function resultsFolder(options: DemoOptions): Promise<string> {
  if (options.keep === undefined) {
    return mkdtemp(join(tmpdir(), 'consilium-demo-results-'));
  }
  const folder = resolve(options.keep);
  await mkdir(folder, { recursive: true });
  return folder;
}

interface Exported {
  readonly adapter: string;
  readonly bundle: string;
}

async function exportResults(federation: Federation, folder: string): Promise<Exported> {
  const adapter = join(folder, 'adapter.safetensors');
  const bundle = join(folder, 'bundle');
  // What an earlier run of the demo left in the same folder.
  await Promise.all([adapter, bundle].map((path) => rm(path, { recursive: true, force: true })));
  const { operator } = federation;
  await runCommand('operator', [
    ...['adapter', 'export', DEMO_STUDY_ID, '--out', adapter],
    ...operator,
  ]);
  await runCommand('operator', [
    ...['bundle', 'export', DEMO_STUDY_ID, '--out', bundle],
    ...operator,
  ]);
  return { adapter, bundle };
}

function measureBaselines(plan: {
  scratch: string;
  exported: Exported;
  backboneFolder: string;
  pictures: PictureSet;
  display: Display;
}): Promise<Baselines> {
  const { say, stage } = plan.display;
  say('the study is completed; now each site alone, and all pictures pooled');
  const total = plan.pictures.sites.length + 1;
  let done = 0;
  const show = (): void => {
    stage('trains to compare with', { done, total });
  };
  show();
  return trainBaselines({
    folder: join(plan.scratch, 'baselines'),
    protocolFile: join(plan.exported.bundle, 'study-protocol.json'),
    backboneFolder: plan.backboneFolder,
    pictures: plan.pictures,
    parallel: Math.min(2, availableParallelism()),
    onDone: (name, ms) => {
      done += 1;
      show();
      say(`${name.padEnd(14)} trained in ${(ms / 1000).toFixed(1)} s`);
    },
  });
}

async function toResult(parts: {
  pictures: PictureSet;
  board: EventBoard;
  exported: Exported;
  baselines: Baselines | undefined;
}): Promise<DemoResult> {
  const { pictures, board, exported, baselines } = parts;
  const evidence: Evidence = await readEvidence(exported.bundle);
  const verdict = await verify(exported.bundle);
  const bytes = await readFile(exported.adapter);
  return {
    study: DEMO_STUDY_ID,
    sites: pictures.sites.map((site) => {
      const joined = board.of(site).find(({ event }) => event === 'joined') ?? {};
      const count = (key: string) => Number(joined[key] ?? 0);
      return { site, images: count('images'), used: count('used'), skipped: count('skipped') };
    }),
    rounds: toRoundLines(evidence, board),
    evaluation: { ...baselines, federated: federatedScores(evidence) },
    adapter: {
      file: exported.adapter,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      parameters: parametersIn(bytes),
    },
    bundle: exported.bundle,
    log: verdict.log,
    verified: verdict.verified,
  };
}

function parametersIn(adapter: Uint8Array): number {
  return readSafetensorsHeader(adapter).tensors.reduce(
    (sum, { shape }) => sum + shapeSize(shape),
    0,
  );
}

interface Verdict {
  readonly verified: boolean;
  readonly log: { readonly size: number; readonly root: string };
}

async function verify(bundle: string): Promise<Verdict> {
  const { code, stdout, stderr } = await commandOutcome('verifier', ['bundle', bundle, '--json']);
  if (code !== 0 && code !== 1) {
    throw new Error(`consilium-verify ended with ${code}: ${stderr.trim()}`);
  }
  const { verified, log } = dataOf(stdout) as Verdict;
  return { verified, log };
}

/** What the processes printed stays beside the results: after a failure it is what one reads. */
async function keepLogs(scratch: string, results: string): Promise<void> {
  const logs = (await readdir(scratch)).filter((name) => name.endsWith('.log'));
  await mkdir(join(results, 'logs'), { recursive: true });
  await Promise.all(logs.map((name) => copyFile(join(scratch, name), join(results, 'logs', name))));
}
