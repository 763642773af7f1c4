/**
 * A trainer that needs no process and no engine: its delta is drawn from the seed of the job, so it repeats like the real one. A
 * private adapter starts as one number and grows by one that is drawn.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seededRandom } from '@consilium/shared/crypto';
import { encodeFloat } from '@consilium/shared/encoding';
import type { BackboneDescription, Metrics } from '@consilium/shared/protocol';
import {
  readSafetensors,
  writeSafetensors,
  type Tensor,
  type TensorSet,
} from '@consilium/shared/tensors';
import type { ErrorCode } from '@consilium/shared/vocabulary';
import type {
  DatasetReport,
  EvaluateRequest,
  Failed,
  TrainRequest,
} from '../../trainer-link/messages.js';
import type { Crashed } from '../../trainer-link/outcome.js';
import type { TrainerClient } from '../trainer-client.js';

export interface FakeTrainerOptions {
  readonly backbone: BackboneDescription;
  readonly trainImages?: number;
  /** Asked before each training: how it ends, or nothing for a delta. */
  readonly fate?: (training: number) => Failed | Crashed | undefined;
  /** Training waits for this. */
  readonly gate?: () => Promise<void>;
  /** What it measures of an adapter; always the same without it. */
  readonly measured?: (adapterFile: string) => Partial<Metrics> | Failed;
  /** What it learns; drawn from the seed of the job without it. */
  readonly learnt?: (adapter: TensorSet) => TensorSet;
  /** Of its data set and its figures; two without it. */
  readonly classes?: number;
}

const TWO_CLASSES: Metrics = {
  samples: 4,
  loss: encodeFloat(0.5),
  confusion: [
    [2, 0],
    [1, 1],
  ],
  balancedAccuracy: encodeFloat(0.75),
  auroc: 'undefined',
};

function metricsOf(classes: number): Metrics {
  const confusion = Array.from({ length: classes }, (_, row) =>
    Array.from({ length: classes }, (_, column) => (row === column ? 2 : 0)),
  );
  return classes === 2 ? TWO_CLASSES : { ...TWO_CLASSES, samples: 2 * classes, confusion };
}

export const ENGINE = {
  backend: 'fake',
  version: '1',
  device: 'processor',
  threads: 1,
  reason: 'named',
};

export function failure(code: ErrorCode): Failed {
  return { kind: 'failed', code, message: 'as the spec asked' };
}

/** The trainer, a count of its trainings and the jobs that measured. */
export function createFakeTrainer(options: FakeTrainerOptions): {
  readonly client: TrainerClient;
  trainings(): number;
  readonly evaluated: readonly Omit<EvaluateRequest, 'kind'>[];
} {
  const { backbone, trainImages = 30, fate, gate, measured, learnt, classes = 2 } = options;
  const metrics = metricsOf(classes);
  let trainings = 0;
  let isClosed = false;
  const evaluated: Omit<EvaluateRequest, 'kind'>[] = [];
  const client: TrainerClient = {
    open: async ({ cache }) => {
      await mkdir(cache.folder, { recursive: true });
      await writeFile(join(cache.folder, 'record'), 'of an image');
      return {
        kind: 'opened',
        dataset: datasetReport(trainImages, classes),
        backbone,
        engine: ENGINE,
        warnings: [],
      };
    },
    train: async (job, onProgress = () => undefined) => {
      const { jobId, adapterFile, deltaFile, seed } = job;
      trainings += 1;
      isClosed = false;
      const ends = fate?.(trainings);
      onProgress({
        kind: 'progress',
        jobId,
        phase: 'training',
        step: 1,
        steps: 2,
        epoch: 0,
        loss: 1,
      });
      await gate?.();
      if (ends !== undefined) {
        return ends;
      }
      if (isClosed) {
        return { kind: 'crashed', reason: 'closed' };
      }
      const adapter = readSafetensors(await readFile(adapterFile));
      await trainPrivately(job);
      const delta = learnt?.(adapter) ?? drawDelta(adapter, seed);
      await writeFile(deltaFile, writeSafetensors(delta));
      return {
        kind: 'trained',
        jobId,
        before: metrics,
        after: metrics,
        samples: trainImages,
        wallMs: 5,
        engine: ENGINE,
      };
    },
    evaluate: (job) => {
      evaluated.push(job);
      const found = measured?.(job.adapterFile) ?? {};
      return Promise.resolve(
        'kind' in found
          ? found
          : { kind: 'evaluated', jobId: job.jobId, metrics: { ...metrics, ...found } },
      );
    },
    close: () => {
      isClosed = true;
      return Promise.resolve();
    },
  };
  return { client, trainings: () => trainings, evaluated };
}

const UNTRAINED: TensorSet = new Map([['own', { shape: [1], data: Float32Array.of(100) }]]);

async function trainPrivately({
  privateFile,
  privateOutFile,
  seed,
}: Pick<TrainRequest, 'privateFile' | 'privateOutFile' | 'seed'>): Promise<void> {
  if (privateOutFile === undefined) {
    return;
  }
  const start =
    privateFile === undefined ? UNTRAINED : readSafetensors(await readFile(privateFile));
  const change = drawDelta(start, `${seed}/private`);
  const grown = [...start].map(([name, { shape, data }]): [string, Tensor] => [
    name,
    { shape, data: data.map((value, i) => value + (change.get(name)?.data[i] ?? Number.NaN)) },
  ]);
  await writeFile(privateOutFile, writeSafetensors(new Map(grown)));
}

/** Values in [-0.1, 0.1). */
export function drawDelta(like: TensorSet, seed: string): TensorSet {
  const random = seededRandom(seed);
  return new Map(
    [...like].map(([name, { shape, data }]) => [
      name,
      { shape, data: data.map(() => 0.2 * random.uniform() - 0.1) },
    ]),
  );
}

/** All for training are of the first class. */
function datasetReport(train: number, classes: number): DatasetReport {
  const more = Array.from({ length: classes - 1 }, () => 0);
  const few = Array.from({ length: classes }, () => 2);
  return {
    images: train + 4 * classes,
    used: train + 4 * classes,
    skipped: 0,
    bySplit: { train, val: 2 * classes, test: 2 * classes },
    classCounts: { train: [train, ...more], val: few, test: few },
    problems: [],
    problemCounts: {
      'empty-file': 0,
      'empty-label': 0,
      'unknown-class': 0,
      'unknown-split': 0,
      'path-outside-folder': 0,
      'duplicate-file': 0,
      'missing-file': 0,
      'unreadable-file': 0,
      'not-an-image': 0,
      'truncated-image': 0,
      'image-too-large': 0,
      'duplicate-image': 0,
      'patient-in-two-splits': 0,
    },
  };
}
