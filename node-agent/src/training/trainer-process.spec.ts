import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseStudyId } from '@consilium/shared/vocabulary';
import type { OpenRequest, Progress } from '../trainer-link/messages.js';
import { Trainer } from '../trainer-link/trainer.js';
import { drawDataset } from './testing/drawn-dataset.js';
import { TINY_BACKBONE, tinyStudy, writeInitialAdapter } from './testing/tiny-study.js';
import { trunkCacheAt } from './testing/trunk-cache.js';

jest.setTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), 'process-'));
const adapterFile = join(folder, 'adapter.safetensors');
const dataFolder = join(folder, 'data');
const trainers: Trainer[] = [];

function startTrainer(): Trainer {
  const trainer = new Trainer({
    entry: join(__dirname, 'testing/trainer-from-sources.cjs'),
    environment: { ...process.env, SECRET: 'not for trainers' },
    memoryMiB: 2048,
    openTimeMs: 30_000,
    jobTimeMs: 30_000,
    execArgv: ['--conditions=@consilium/source'],
  });
  trainers.push(trainer);
  return trainer;
}

async function request(overrides: Partial<OpenRequest> = {}): Promise<Omit<OpenRequest, 'kind'>> {
  return {
    studyId: parseStudyId('blood-cells'),
    study: await tinyStudy(),
    dataFolder,
    sites: [],
    backboneFolder: TINY_BACKBONE,
    cache: trunkCacheAt(join(folder, 'cache')),
    ...overrides,
  };
}

beforeAll(async () => {
  await drawDataset(dataFolder, { train: 13, val: 6, test: 4 });
  writeInitialAdapter(adapterFile, await tinyStudy());
});
afterEach(() => Promise.all(trainers.splice(0).map((trainer) => trainer.close())));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the trainer process', () => {
  it('opens a study, trains and evaluates over IPC', async () => {
    const trainer = startTrainer();
    const opened = await trainer.open(await request());
    expect(opened).toMatchObject({
      kind: 'opened',
      dataset: { images: 23, used: 23, bySplit: { train: 13, val: 6, test: 4 } },
      engine: { backend: 'onnxruntime', device: 'processor' },
      warnings: [],
    });
    expect(getPriority(trainer.pid)).toBeGreaterThan(0); // Behind the supervisor.

    const deltaFile = join(folder, 'delta');
    const progress: Progress[] = [];
    const trained = await trainer.train(
      { jobId: 'train-1', adapterFile, deltaFile, roundNo: 1, seed: 's' },
      (step) => progress.push(step),
    );
    expect(trained).toMatchObject({ kind: 'trained', jobId: 'train-1', samples: 13 });
    expect(progress.at(-1)?.jobId).toBe('train-1');
    expect(existsSync(deltaFile)).toBe(true);

    const evaluated = await trainer.evaluate({ jobId: 'eval-1', adapterFile, split: 'test' });
    expect(evaluated).toMatchObject({ kind: 'evaluated', metrics: { samples: 4 } });
  });

  it('gives the same delta after it was killed in the middle of a training', async () => {
    const trainer = startTrainer();
    await trainer.open(await request());
    const job = { jobId: 'j', adapterFile, roundNo: 1, seed: 's' };
    const [whole, again] = [join(folder, 'whole'), join(folder, 'again')];
    await trainer.train({ ...job, deltaFile: whole });
    const killed = await trainer.train({ ...job, deltaFile: again }, () => {
      process.kill(trainer.pid ?? 0, 'SIGKILL');
    });
    expect(killed).toEqual({ kind: 'crashed', reason: 'killed', signal: 'SIGKILL' });
    expect(existsSync(again)).toBe(false);
    expect(await trainer.train({ ...job, deltaFile: again })).toMatchObject({ kind: 'trained' });
    expect(readFileSync(again)).toEqual(readFileSync(whole));
  });

  it('refuses a data set that is too small, with its report', async () => {
    const study = await tinyStudy({ minSamples: 14 });
    const outcome = await startTrainer().open(await request({ study }));
    expect(outcome).toMatchObject({
      kind: 'failed',
      code: 'dataset-too-small',
      dataset: { bySplit: { train: 13 } },
    });
  });

  it('tells faults by row and rule, never by name, label or patient', async () => {
    const small = join(folder, 'small');
    await drawDataset(small, { train: 6, val: 2, test: 2 });
    const table = readFileSync(join(small, 'labels.csv'), 'utf8');
    const secrets = ['secret-file.png', 'secret-label', 'secret-patient'];
    writeFileSync(
      join(small, 'labels.csv'),
      `${table}${secrets[0]},${secrets[1]},train,here,${secrets[2]},s\n`,
    );
    const outcome = await startTrainer().open(await request({ dataFolder: small }));
    expect(outcome).toMatchObject({
      kind: 'opened',
      dataset: { skipped: 1, problems: [{ row: 12, rule: 'unknown-class', column: 'label' }] },
    });
    expect(JSON.stringify(outcome)).not.toMatch(/secret/);
  });

  it('answers an error that nobody planned for without its words, and starts anew', async () => {
    const trainer = startTrainer();
    await trainer.open(await request());
    // The target is a folder, so renaming into place fails with an error that quotes the path.
    const job = { jobId: 'j', adapterFile, roundNo: 1, seed: 's' };
    const outcome = await trainer.train({ ...job, deltaFile: folder });
    expect(outcome).toMatchObject({ kind: 'failed', code: 'training-failed' });
    expect(JSON.stringify(outcome)).not.toContain(folder);
    expect(await trainer.train({ ...job, deltaFile: join(folder, 'd') })).toMatchObject({
      kind: 'trained',
    });
  });

  it('extracts features and measures its speed without a study', async () => {
    const trainer = startTrainer();
    const outFile = join(folder, 'features.safetensors');
    const extracted = await trainer.extract({
      jobId: 'j',
      dataFolder,
      sites: [],
      backboneFolder: TINY_BACKBONE,
      outFile,
      strict: true,
    });
    expect(extracted).toMatchObject({ kind: 'extracted', rows: 23, written: 23, warnings: [] });
    expect(existsSync(outFile)).toBe(true);
    const measured = await trainer.measure('k');
    expect(measured).toMatchObject({ kind: 'measured', engine: { backend: 'onnxruntime' } });
    const probed = await trainer.probe('l');
    const not = ['tensorflow', 'webgpu', 'wasm', 'cpu'];
    expect(probed).toMatchObject({ kind: 'probed', others: not.map((engine) => ({ engine })) });
  });
});
