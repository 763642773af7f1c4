import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { privateAdapterSchema, type AdapterConfig } from '@consilium/shared/protocol';
import { readSafetensors, requireMatches } from '@consilium/shared/tensors';
import type { Engine } from '../engine/engine.js';
import { startBackend } from '../engine/testing/backends.js';
import type { TrainerStudy, TrainRequest } from '../trainer-link/messages.js';
import { drawDataset } from './testing/drawn-dataset.js';
import { TINY_BACKBONE, tinyStudy, writeInitialAdapter } from './testing/tiny-study.js';
import { trunkCacheAt } from './testing/trunk-cache.js';
import { TrainingSession } from './training-session.js';

const folder = mkdtempSync(join(tmpdir(), 'private-training-'));
const dataFolder = join(folder, 'data');
const adapterFile = join(folder, 'adapter.safetensors');
const quiet = (): void => undefined;

/** On an earlier block than the shared one, so that the trunk ends lower. */
const OWN: AdapterConfig = { kind: 'lora', rank: 1, alpha: 2, targets: ['query'], blocks: [1] };

interface Files {
  readonly delta: Buffer;
  readonly own: Buffer;
}

describe('a training with an adapter of the site', () => {
  let engine: Engine;
  let study: TrainerStudy;
  let session: TrainingSession;

  beforeAll(async () => {
    await drawDataset(dataFolder, { train: 13, val: 6, test: 4 });
    engine = await startBackend('wasm');
    study = { ...(await tinyStudy()), privateAdapter: OWN };
    writeInitialAdapter(adapterFile, study);
    session = await openSession(study);
  });
  afterAll(() => {
    session.close();
    rmSync(folder, { recursive: true });
  });

  function openSession(opened: TrainerStudy): Promise<TrainingSession> {
    const cache = trunkCacheAt(join(folder, 'cache'));
    return TrainingSession.open(
      { study: opened, dataFolder, sites: [], backboneFolder: TINY_BACKBONE, cache },
      engine,
    );
  }

  async function train(name: string, overrides: Partial<TrainRequest> = {}): Promise<Files> {
    const deltaFile = join(folder, name, 'delta.safetensors');
    const privateOutFile = join(folder, name, 'private.safetensors');
    const job = { jobId: name, adapterFile, deltaFile, privateOutFile, roundNo: 1, seed: 'seed' };
    await session.train({ kind: 'train', ...job, ...overrides }, quiet);
    return { delta: readFileSync(deltaFile), own: readFileSync(privateOutFile) };
  }

  it('keeps the tensors of the site out of the delta', async () => {
    const { delta, own } = await train('apart');
    requireMatches(study.schema, readSafetensors(delta));
    const { geometry } = study;
    const schema = privateAdapterSchema({ geometry, adapter: OWN, updateRange: 1 });
    const tensors = readSafetensors(own);
    requireMatches(schema, tensors);
    expect([...tensors.keys()].some((name) => readSafetensors(delta).has(name))).toBe(false);
    expect(tensors.get('blocks.1.query.lora-b')?.data.some((value) => value !== 0)).toBe(true);
  });

  it('gives the same bits again, in both files', async () => {
    const first = await train('first');
    expect(await train('second')).toEqual(first);
  });

  it('goes on from the file that it is given', async () => {
    const first = await train('start');
    const privateFile = join(folder, 'start', 'private.safetensors');
    const next = await train('next', { privateFile });
    expect(next.own).not.toEqual(first.own);
    expect(next.delta).not.toEqual(first.delta);
    expect(await train('next-again', { privateFile })).toEqual(next);
    expect(readFileSync(privateFile)).toEqual(first.own);
  });

  it('starts from another draw with another seed', async () => {
    const [one, other] = [await train('one'), await train('other', { seed: 'other' })];
    expect(other.own).not.toEqual(one.own);
  });

  it('counts when the study is measured', async () => {
    await train('measured');
    const job = { kind: 'evaluate', jobId: 'e', adapterFile, split: 'val' } as const;
    const privateFile = join(folder, 'measured', 'private.safetensors');
    const [without, withIt] = [
      await session.evaluate(job, quiet),
      await session.evaluate({ ...job, privateFile }, quiet),
    ];
    // The head of the first checkpoint is zero, so it hears nothing of any adapter yet.
    expect(withIt.metrics).toEqual(without.metrics);
    const trained = join(folder, 'measured', 'delta.safetensors');
    const adapted = { ...job, adapterFile: trained };
    const after = await session.evaluate({ ...adapted, privateFile }, quiet);
    expect(after.metrics.loss).not.toBe((await session.evaluate(adapted, quiet)).metrics.loss);
  });

  it('refuses a job that says nowhere to write it, and one that does in another study', async () => {
    const deltaFile = join(folder, 'refused');
    const job = {
      kind: 'train',
      jobId: 'r',
      adapterFile,
      deltaFile,
      roundNo: 1,
      seed: 's',
    } as const;
    await expect(session.train(job, quiet)).rejects.toMatchObject({ code: 'bad-request' });
    const shared = await openSession(await tinyStudy());
    await expect(
      shared.train({ ...job, privateOutFile: join(folder, 'own') }, quiet),
    ).rejects.toMatchObject({ code: 'bad-request' });
    shared.close();
    expect(existsSync(deltaFile)).toBe(false);
  });

  it('refuses a file that is not there, and tensors of another adapter', async () => {
    const missing = join(folder, 'missing');
    await expect(train('lost', { privateFile: missing })).rejects.toMatchObject({
      code: 'not-found',
    });
    await expect(train('mixed', { privateFile: adapterFile })).rejects.toMatchObject({
      code: 'bad-tensor-schema',
    });
  });
});
