import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { decodeFloat, encodeFloat } from '@consilium/shared/encoding';
import { readSafetensors, requireMatches, writeSafetensors } from '@consilium/shared/tensors';
import type { Engine } from '../engine/engine.js';
import { BACKENDS, startBackend } from '../engine/testing/backends.js';
import type { Progress, TrainerStudy, TrainRequest } from '../trainer-link/messages.js';
import { drawDataset } from './testing/drawn-dataset.js';
import { TINY_BACKBONE, tinyStudy, writeInitialAdapter } from './testing/tiny-study.js';
import { trunkCacheAt } from './testing/trunk-cache.js';
import { TrainingSession } from './training-session.js';

jest.setTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), 'session-'));
const dataFolder = join(folder, 'data');
const adapterFile = join(folder, 'adapter.safetensors');

function job(deltaFile: string, overrides: Partial<TrainRequest> = {}): TrainRequest {
  const jobId = 'job';
  return { kind: 'train', jobId, adapterFile, deltaFile, roundNo: 1, seed: 'seed', ...overrides };
}

const quiet = (): void => undefined;

async function openSession(
  study: TrainerStudy,
  engine: Engine,
  cache = trunkCacheAt(join(folder, 'cache')),
): Promise<TrainingSession> {
  writeInitialAdapter(adapterFile, study);
  return TrainingSession.open(
    { study, dataFolder, sites: [], backboneFolder: TINY_BACKBONE, cache },
    engine,
  );
}

beforeAll(() => drawDataset(dataFolder, { train: 13, val: 6, test: 4 }));
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(BACKENDS)('a session on %s', (backend) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await startBackend(backend);
  });

  it('trains, writes the delta in the schema and lowers the validation loss', async () => {
    const study = await tinyStudy({ training: { localEpochs: 8 } });
    const session = await openSession(study, engine);
    const deltaFile = join(folder, 'out', 'delta.safetensors');
    const progress: Progress[] = [];
    const trained = await session.train(job(deltaFile), (step) => progress.push(step));

    expect(trained.samples).toBe(13);
    expect(trained.engine).toEqual(engine);
    const [before, after] = [trained.before, trained.after].map((m) => decodeFloat(m?.loss ?? ''));
    expect(after).toBeLessThan((before ?? 0) * 0.8);
    requireMatches(study.schema, readSafetensors(readFileSync(deltaFile)));
    expect(readdirSync(join(folder, 'out'))).toEqual(['delta.safetensors']);
    const phases = [...new Set(progress.map(({ phase }) => phase))];
    expect(phases).toEqual(['features', 'evaluating', 'training']);
    const steps = progress.filter(({ phase }) => phase === 'training');
    expect(steps).toHaveLength(8 * 3);
    expect(steps.at(-1)).toMatchObject({ step: 24, steps: 24, epoch: 7 });
    session.close();
  });

  it('gives the same bits again, from a cold cache, and in a new session', async () => {
    const study = await tinyStudy();
    const files = ['first', 'second', 'third'].map((name) => join(folder, name));
    const [first, second, third] = files as [string, string, string];
    const session = await openSession(study, engine);
    await session.train(job(first), quiet);
    await session.train(job(second), quiet);
    session.close();
    const fresh = await openSession(study, engine, trunkCacheAt(join(folder, `cold-${backend}`)));
    await fresh.train(job(third), quiet);
    fresh.close();
    const bytes = files.map((file) => readFileSync(file));
    expect(bytes[1]).toEqual(bytes[0]);
    expect(bytes[2]).toEqual(bytes[0]);
  });

  it('recomputes cached features that were cut or altered', async () => {
    const study = await tinyStudy();
    const cacheFolder = join(folder, `damaged-${backend}`);
    const [whole, repaired] = [join(folder, 'whole'), join(folder, 'repaired')];
    const cache = trunkCacheAt(cacheFolder);
    const session = await openSession(study, engine, cache);
    await session.train(job(whole), quiet);
    session.close();
    const files = readdirSync(cacheFolder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /[0-9a-f]{64}.+[0-9a-f]{64}$/.test(name))
      .map((name) => join(cacheFolder, name));
    const [cut, altered] = files as [string, string];
    truncateSync(cut, 100);
    const bytes = readFileSync(altered);
    bytes[200] = (bytes[200] ?? 0) ^ 1;
    writeFileSync(altered, bytes);
    const again = await openSession(study, engine, cache);
    const { warnings } = await again.train(job(repaired), quiet);
    expect(warnings).toEqual([expect.stringContaining('a record of the trunk cache was cut')]);
    again.close();
    expect(readFileSync(repaired)).toEqual(readFileSync(whole));
    expect(readFileSync(altered)).not.toEqual(bytes);
  });

  it('trains on rounded activations to the same bits, computed now or read, and states the error', async () => {
    const study = await tinyStudy();
    const cache = (name: string) =>
      trunkCacheAt(join(folder, `${name}-${backend}`), { precision: 'f16' });
    const [computed, read, exact] = ['computed', 'read', 'exact'].map((name) => join(folder, name));
    const said: (readonly string[] | undefined)[] = [];
    for (const file of [computed, read] as string[]) {
      const session = await openSession(study, engine, cache('half'));
      said.push((await session.train(job(file), quiet)).warnings);
      session.close();
    }
    const session = await openSession(study, engine);
    await session.train(job(exact as string), quiet);
    session.close();
    const bytes = [computed, read, exact].map((file) => readFileSync(file as string));
    expect(bytes[1]).toEqual(bytes[0]);
    expect(bytes[2]).not.toEqual(bytes[0]);
    expect(said).toEqual([[expect.stringMatching(/f16: .* largest relative error/)], undefined]);
  });

  it('trains to the same bits where the quota holds nothing, a few images or all', async () => {
    const study = await tinyStudy();
    const deltas = [];
    for (const quotaBytes of [0, 5000, 1e9]) {
      const cache = trunkCacheAt(join(folder, `quota-${quotaBytes}-${backend}`), { quotaBytes });
      const session = await openSession(study, engine, cache);
      await session.train(job(join(folder, 'delta')), quiet);
      session.close();
      deltas.push(readFileSync(join(folder, 'delta')).toString('base64'));
    }
    expect(new Set(deltas).size).toBe(1);
  });

  it('trains otherwise with another seed or in another round', async () => {
    const study = await tinyStudy();
    const session = await openSession(study, engine);
    const deltas = [];
    for (const overrides of [{}, { seed: 'other' }, { roundNo: 2 }]) {
      const file = join(folder, 'delta');
      await session.train(job(file, overrides), quiet);
      deltas.push(readFileSync(file).toString('base64'));
    }
    session.close();
    expect(new Set(deltas).size).toBe(3);
  });

  it('sends nothing when training diverges', async () => {
    const learningRate = encodeFloat(1e38);
    const momentum = encodeFloat(0.9);
    const optimizer = { kind: 'sgd' as const, learningRate, momentum, weightDecay: encodeFloat(0) };
    const session = await openSession(await tinyStudy({ training: { optimizer } }), engine);
    const deltaFile = join(folder, 'never');
    await expect(session.train(job(deltaFile), quiet)).rejects.toMatchObject({
      code: 'non-finite',
    });
    expect(existsSync(deltaFile)).toBe(false);
    session.close();
  });

  it('scales the whole delta down to the norm that the study allows', async () => {
    const clipNorm = encodeFloat(0.05);
    const session = await openSession(await tinyStudy({ training: { clipNorm } }), engine);
    const deltaFile = join(folder, 'clipped');
    await session.train(job(deltaFile), quiet);
    session.close();
    const values = [...readSafetensors(readFileSync(deltaFile)).values()].flatMap(({ data }) => [
      ...data,
    ]);
    expect(Math.hypot(...values)).toBeCloseTo(0.05, 6);
  });

  it('evaluates an adapter on a split', async () => {
    const session = await openSession(await tinyStudy(), engine);
    const { metrics } = await session.evaluate(
      { kind: 'evaluate', jobId: 'e', adapterFile, split: 'test' },
      quiet,
    );
    session.close();
    expect(metrics.samples).toBe(4);
    // The head starts at zero: every class is as likely.
    expect(decodeFloat(metrics.loss)).toBeCloseTo(Math.LN2, 6);
  });

  it('leaves nothing in the engine', async () => {
    const study = await tinyStudy();
    const before = tf.memory().numTensors;
    const session = await openSession(study, engine);
    const opened = tf.memory().numTensors;
    await session.train(job(join(folder, 'delta')), quiet);
    expect(tf.memory().numTensors).toBe(opened);
    session.close();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('opening', () => {
  it('refuses a schema that does not follow from the study', async () => {
    const engine = await startBackend('wasm');
    const study = await tinyStudy();
    const schema = study.schema.slice(1);
    await expect(
      TrainingSession.open(
        {
          study: { ...study, schema },
          dataFolder,
          sites: [],
          backboneFolder: TINY_BACKBONE,
          cache: trunkCacheAt(folder),
        },
        engine,
      ),
    ).rejects.toMatchObject({ code: 'bad-tensor-schema' });
  });

  it('refuses an adapter file of another schema', async () => {
    const engine = await startBackend('wasm');
    const session = await openSession(await tinyStudy(), engine);
    writeFileSync(
      adapterFile,
      writeSafetensors(new Map([['x', { shape: [1], data: new Float32Array(1) }]])),
    );
    await expect(session.train(job(join(folder, 'delta')), quiet)).rejects.toMatchObject({
      code: 'bad-tensor-schema',
    });
    session.close();
  });
});
