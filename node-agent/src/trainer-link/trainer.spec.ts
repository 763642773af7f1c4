import { join } from 'node:path';
import { encodeFloat } from '@consilium/shared/encoding';
import { adapterSchema, PLAIN_VIT, type Preprocessing } from '@consilium/shared/protocol';
import { parseContentHash, parseStudyId } from '@consilium/shared/vocabulary';
import {
  DATASET_RULES,
  type DatasetRule,
  type Opened,
  type OpenRequest,
  type TrainerStudy,
} from './messages.js';
import { Trainer, type TrainerOptions } from './trainer.js';

const geometry = {
  ...PLAIN_VIT,
  hiddenSize: 2,
  layers: 1,
  heads: 1,
  mlpSize: 2,
  imageSize: 2,
  patchSize: 1,
  layerNormEps: encodeFloat(1e-6),
};
const preprocessing: Preprocessing = {
  resize: { kind: 'exact', height: 2, width: 2 },
  resample: 'nearest',
  resizes: 'bytes',
  rescale: encodeFloat(1),
  mean: [0, 0, 0].map(encodeFloat),
  std: [1, 1, 1].map(encodeFloat),
};
const hash = parseContentHash(`sha256:${'0'.repeat(64)}`);
const task = { kind: 'classification' as const, classes: ['a', 'b'] };
const adapter = { kind: 'linear-head' as const };

const study: TrainerStudy = {
  task,
  geometry,
  preprocessing,
  backboneHash: hash,
  adapter,
  training: {
    rounds: 1,
    localEpochs: 1,
    batchSize: 1,
    optimizer: {
      kind: 'sgd',
      learningRate: encodeFloat(1),
      momentum: encodeFloat(0),
      weightDecay: encodeFloat(0),
    },
    schedule: { kind: 'constant' },
    classWeights: 'none',
    algorithm: { kind: 'fedavg' },
    updateRange: encodeFloat(1),
  },
  schema: adapterSchema({ geometry, adapter, task, updateRange: 1 }),
  minSamples: 1,
};

const perSplit = <T>(value: T) => ({ train: value, val: value, test: value });
const opened: Opened = {
  kind: 'opened',
  dataset: {
    images: 0,
    used: 0,
    skipped: 0,
    bySplit: perSplit(0),
    classCounts: perSplit([0, 0]),
    problems: [],
    problemCounts: Object.fromEntries(DATASET_RULES.map((rule) => [rule, 0])) as Record<
      DatasetRule,
      number
    >,
  },
  backbone: { hash, geometry, preprocessing, parameters: 1 },
  engine: { backend: 'none', version: '0', device: 'processor', threads: 1, reason: 'named' },
  warnings: [],
};

const trainers: Trainer[] = [];

function trainer(options: Partial<TrainerOptions> = {}): Trainer {
  const started = new Trainer({
    entry: join(__dirname, 'testing/stand-in.cjs'),
    arguments: [JSON.stringify({ opened })],
    environment: { PATH: process.env['PATH'], SITE_SECRET: 'x', NODE_OPTIONS: '--inspect' },
    memoryMiB: 64,
    openTimeMs: 10_000,
    jobTimeMs: 10_000,
    ...options,
  });
  trainers.push(started);
  return started;
}

/** The study id tells the stand-in how to behave. */
function request(behaviour: string): Omit<OpenRequest, 'kind'> {
  const studyId = parseStudyId(behaviour);
  const key = 'A'.repeat(43) + '=';
  const cache = { folder: 'c', quotaFolder: 'c', quotaBytes: 1, precision: 'f32' as const, key };
  return { studyId, study, dataFolder: 'd', sites: [], backboneFolder: 'b', cache };
}

const job = { jobId: 'j', adapterFile: 'a', deltaFile: 'd', roundNo: 1, seed: 's' };

afterEach(() => Promise.all(trainers.splice(0).map((started) => started.close())));

const extraction = {
  jobId: 'j',
  dataFolder: 'data',
  sites: [],
  backboneFolder: 'backbone',
  outFile: 'out',
  strict: false,
};

describe('a trainer that works', () => {
  it('answers, with progress on the way', async () => {
    const started = trainer();
    expect(await started.open(request('works'))).toMatchObject({ kind: 'opened' });
    const steps: number[] = [];
    const outcome = await started.train(job, ({ step }) => steps.push(step));
    expect(outcome).toMatchObject({ kind: 'trained', jobId: 'j' });
    expect(steps).toEqual([1]);
  });

  it('is opened anew in a fresh process', async () => {
    const started = trainer();
    await started.open(request('works'));
    const { pid } = started;
    await started.open(request('works'));
    expect(started.pid).not.toBe(pid);
  });

  it('gets none of the secrets of the supervisor', async () => {
    const started = trainer();
    await started.open(request('tells-environment'));
    const outcome = await started.train(job);
    expect(outcome).toMatchObject({ kind: 'failed', code: 'internal' });
    const names = outcome.kind === 'failed' ? outcome.message.split(',') : [];
    expect(names).toContain('PATH');
    expect(names).not.toContain('SITE_SECRET');
    expect(names).not.toContain('NODE_OPTIONS');
  });

  it('does one job at a time', async () => {
    const started = trainer();
    await started.open(request('hangs'));
    const first = started.train(job);
    await expect(started.train(job)).rejects.toMatchObject({ code: 'wrong-state' });
    await started.close();
    expect(await first).toMatchObject({ kind: 'crashed', reason: 'closed' });
  });

  it('takes no job before a study is open', async () => {
    await expect(trainer().train(job)).rejects.toMatchObject({ code: 'wrong-state' });
  });
});

describe('a trainer that fails', () => {
  it.each([
    ['exits', { kind: 'crashed', reason: 'exited', exitCode: 3 }],
    ['dies', { kind: 'crashed', reason: 'killed', signal: 'SIGKILL' }],
    ['runs-out', { kind: 'failed', code: 'trainer-crashed' }],
    ['ends-for-memory', { kind: 'failed', code: 'trainer-crashed' }],
    ['talks-nonsense', { kind: 'crashed', reason: 'bad-reply' }],
    ['answers-another', { kind: 'crashed', reason: 'bad-reply' }],
    ['breaks', { kind: 'failed', code: 'training-failed' }],
  ])('ends as an outcome when it %s, and starts anew for the next job', async (behaviour, end) => {
    const started = trainer();
    await started.open(request(behaviour));
    const { pid } = started;
    expect(await started.train(job)).toMatchObject(end);
    expect(started.pid).toBeUndefined();
    expect(await started.train(job)).toMatchObject(end);
    expect(pid).toBeDefined();
  });

  it('is killed when it takes too long', async () => {
    const started = trainer({ jobTimeMs: 200 });
    await started.open(request('hangs'));
    expect(await started.train(job)).toMatchObject({ kind: 'crashed', reason: 'timed-out' });
  });

  it('ends as an outcome when its program does not exist', async () => {
    const started = trainer({ entry: join(__dirname, 'nowhere.js') });
    expect(await started.open(request('works'))).toMatchObject({
      kind: 'crashed',
      reason: 'exited',
    });
  });

  it('extracts and measures without a study, in a process that it starts', async () => {
    const started = trainer();
    const progress: number[] = [];
    const extracted = await started.extract(extraction, ({ step }) => progress.push(step));
    expect(extracted).toMatchObject({ kind: 'extracted', jobId: 'j', written: 1 });
    expect(progress).toEqual([1]);
    expect(await started.measure('k')).toMatchObject({ kind: 'measured', jobId: 'k' });
  });

  it('starts with the engine and the threads that the hospital chose', async () => {
    const words = async (options: Partial<TrainerOptions>) => {
      const probed = await trainer(options).probe('p');
      return probed.kind === 'probed' ? probed.others[0]?.reason : probed;
    };
    expect(await words({ engine: 'wasm', threads: 3 })).toBe(
      '--memory-mib=64 --engine=wasm --threads=3',
    );
    expect(await words({})).toBe('--memory-mib=64 --engine=auto');
  });
});

describe('a trainer whose memory runs out', () => {
  it('extracts with fewer pictures, unless somebody said how many', async () => {
    const large = { ...extraction, dataFolder: 'large' };
    expect(await trainer().extract({ ...large, batchSize: 8 })).toMatchObject({ kind: 'failed' });
    expect(await trainer().extract(large)).toMatchObject({
      kind: 'extracted',
      warnings: [expect.stringContaining('a quarter of the pictures') as string],
    });
  });

  it.each([
    ['runs-out-once', 1],
    ['has-room-for-two', 2],
  ])('goes on in a fresh process with fewer pictures when it %s', async (behaviour, times) => {
    const started = trainer();
    await started.open(request(behaviour));
    const { pid } = started;
    const sentence = expect.stringMatching(
      /ran out of memory.* a quarter of the pictures/,
    ) as string;
    const warnings = Array.from({ length: times }, () => sentence);
    expect(await started.train(job)).toMatchObject({ kind: 'trained', warnings });
    expect(started.pid).not.toBe(pid);
    // What was learned holds for the next job, which has nothing to tell.
    expect(await started.train(job)).not.toHaveProperty('warnings');
  });

  it('says in words that there is no smaller part to try', async () => {
    const started = trainer();
    await started.open(request('ends-for-memory'));
    expect(await started.train(job)).toMatchObject({
      code: 'trainer-crashed',
      message: expect.stringMatching(/the fewest pictures .* trainer.memoryMiB/) as string,
    });
  });
});

describe('a trainer whose GPU fails after it started', () => {
  const names = ['gpu-breaks', 'gpu-computes-nan', 'gpu-aborts', 'gpu-runs-out'];

  it.each(names)('goes on with the next engine when it %s, and says so once', async (behaviour) => {
    const started = trainer();
    await started.open(request(behaviour));
    const outcome = await started.train(job);
    expect(outcome).toMatchObject({ kind: 'trained', engine: { backend: 'none' } });
    const warnings = outcome.kind === 'trained' ? outcome.warnings : [];
    const told =
      /the engine webgpu \(Planted GPU\) failed after it had started \(.+\): .* next engine/;
    expect(warnings?.filter((warning) => told.test(warning))).toHaveLength(1);
    expect(await started.train(job)).not.toHaveProperty('warnings');
  });

  it('is left alone where the hospital insists on it', async () => {
    const started = trainer({ engine: 'webgpu' });
    await started.open(request('gpu-computes-nan'));
    expect(await started.train(job)).toMatchObject({ kind: 'failed', code: 'non-finite' });
  });

  it('diverges on the next engine too where the training is at fault', async () => {
    const started = trainer();
    await started.open(request('gpu-diverges'));
    expect(await started.train(job)).toMatchObject({ kind: 'failed', code: 'non-finite' });
  });
});
