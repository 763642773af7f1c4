/** The real trainer process on an engine that fails after it started, and where memory runs out: the training goes on elsewhere. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseStudyId } from '@consilium/shared/vocabulary';
import type { Trained } from '../trainer-link/messages.js';
import type { Outcome } from '../trainer-link/outcome.js';
import { Trainer, type TrainerOptions } from '../trainer-link/trainer.js';
import { drawDataset } from './testing/drawn-dataset.js';
import { plantGpu, type Failure } from './testing/planted-gpu.js';
import { TINY_BACKBONE, tinyStudy, writeInitialAdapter } from './testing/tiny-study.js';
import { trunkCacheAt } from './testing/trunk-cache.js';

const folder = mkdtempSync(join(tmpdir(), 'failing-engine-'));
const adapterFile = join(folder, 'adapter.safetensors');
const dataFolder = join(folder, 'data');
const trainers: Trainer[] = [];

/** Trains once. @param planted folder of a planted GPU */
async function train(
  deltaFile: string,
  planted: string | undefined,
  options: Partial<TrainerOptions> = {},
): Promise<Outcome<Trained>> {
  const entry = planted === undefined ? 'trainer-from-sources.cjs' : 'planted-gpu-trainer.cjs';
  const trainer = new Trainer({
    entry: join(__dirname, 'testing', entry),
    environment: process.env,
    memoryMiB: 2048,
    openTimeMs: 60_000,
    jobTimeMs: 60_000,
    threads: 1,
    execArgv: ['--conditions=@consilium/source'],
    arguments: planted === undefined ? [] : [`--planted=${planted}`],
    ...options,
  });
  trainers.push(trainer);
  const opened = await trainer.open({
    studyId: parseStudyId('blood-cells'),
    study: await tinyStudy(),
    dataFolder,
    sites: [],
    backboneFolder: TINY_BACKBONE,
    cache: trunkCacheAt(join(folder, 'cache')),
  });
  const backend = planted === undefined ? 'onnxruntime' : 'webgpu';
  expect(opened).toMatchObject({ kind: 'opened', engine: { backend } });
  return trainer.train({ jobId: 'j', adapterFile, deltaFile, roundNo: 1, seed: 's' });
}

const gpuWith = (failure: Failure): string => plantGpu(mkdtempSync(join(folder, 'gpu-')), failure);

beforeAll(async () => {
  await drawDataset(dataFolder, { train: 13, val: 6, test: 4 });
  writeInitialAdapter(adapterFile, await tinyStudy());
});
afterEach(() => Promise.all(trainers.splice(0).map((trainer) => trainer.close())));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a GPU that fails in the middle of a training', () => {
  const wanted = join(folder, 'wanted');
  beforeAll(() => train(wanted, undefined));

  it.each<[Failure, RegExp]>([
    ['is lost', /webgpu \(Planted GPU\) failed after it had started \(training-failed/],
    ['computes NaN', /failed after it had started \(non-finite/],
    ['ends the process', /failed after it had started \(SIGABRT\)/],
  ])('and %s is left for the next engine, whose delta it is', async (failure, told) => {
    const deltaFile = join(folder, 'delta');
    const outcome = await train(deltaFile, gpuWith(failure));
    expect(outcome).toMatchObject({ kind: 'trained', engine: { backend: 'onnxruntime' } });
    const { warnings = [] } = outcome as Trained;
    expect(warnings.filter((warning) => told.test(warning))).toHaveLength(1);
    expect(readFileSync(deltaFile)).toEqual(readFileSync(wanted));
  });

  it('ends the training where the hospital insists on it, and nothing is written', async () => {
    const deltaFile = join(folder, 'never');
    const outcome = await train(deltaFile, gpuWith('computes NaN'), { engine: 'webgpu' });
    expect(outcome).toMatchObject({ kind: 'failed', code: 'non-finite' });
    expect(() => readFileSync(deltaFile)).toThrow('ENOENT');
  });
});

describe('memory that runs out in the middle of a training', () => {
  it('lets the engine go on with fewer pictures at once in a fresh process', async () => {
    const deltaFile = join(folder, 'smaller');
    const outcome = await train(deltaFile, gpuWith('runs out of memory once'));
    expect(outcome).toMatchObject({
      kind: 'trained',
      engine: { backend: 'webgpu' },
      warnings: [expect.stringMatching(/a quarter of the pictures at once/)],
    });
  });
});
