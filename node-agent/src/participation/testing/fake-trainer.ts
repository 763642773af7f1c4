/** A trainer that needs no process and no engine: its delta is drawn from the seed of the job, so it repeats like the real one. */
import { readFile, writeFile } from 'node:fs/promises';
import { seededRandom } from '@consilium/shared/crypto';
import { encodeFloat } from '@consilium/shared/encoding';
import type { BackboneDescription, Metrics } from '@consilium/shared/protocol';
import { readSafetensors, writeSafetensors, type TensorSet } from '@consilium/shared/tensors';
import type { ErrorCode } from '@consilium/shared/vocabulary';
import type { DatasetReport, Failed } from '../../trainer-link/messages.js';
import type { Crashed } from '../../trainer-link/outcome.js';
import type { TrainerClient } from '../trainer-client.js';

export interface FakeTrainerOptions {
  readonly backbone: BackboneDescription;
  readonly trainImages?: number;
  /** Asked before each training: how it ends, or nothing for a delta. */
  readonly fate?: (training: number) => Failed | Crashed | undefined;
  /** Training waits for this. */
  readonly gate?: () => Promise<void>;
}

const METRICS: Metrics = {
  samples: 4,
  loss: encodeFloat(0.5),
  confusion: [
    [2, 0],
    [1, 1],
  ],
  balancedAccuracy: encodeFloat(0.75),
  auroc: 'undefined',
};

export const ENGINE = { backend: 'fake', version: '1' };

export function failure(code: ErrorCode): Failed {
  return { kind: 'failed', code, message: 'as the spec asked' };
}

/** The trainer and a count of its trainings. */
export function createFakeTrainer(options: FakeTrainerOptions): {
  readonly client: TrainerClient;
  trainings(): number;
} {
  const { backbone, trainImages = 30, fate, gate } = options;
  let trainings = 0;
  let isClosed = false;
  const client: TrainerClient = {
    open: () =>
      Promise.resolve({
        kind: 'opened',
        dataset: datasetReport(trainImages),
        backbone,
        engine: ENGINE,
        warnings: [],
      }),
    train: async ({ jobId, adapterFile, deltaFile, seed }, onProgress = () => undefined) => {
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
      await writeFile(deltaFile, writeSafetensors(drawDelta(adapter, seed)));
      return {
        kind: 'trained',
        jobId,
        before: METRICS,
        after: METRICS,
        samples: trainImages,
        wallMs: 5,
        engine: ENGINE,
      };
    },
    evaluate: ({ jobId }) => Promise.resolve({ kind: 'evaluated', jobId, metrics: METRICS }),
    close: () => {
      isClosed = true;
      return Promise.resolve();
    },
  };
  return { client, trainings: () => trainings };
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

function datasetReport(train: number): DatasetReport {
  return {
    images: train + 8,
    used: train + 8,
    skipped: 0,
    bySplit: { train, val: 4, test: 4 },
    classCounts: { train: [train, 0], val: [2, 2], test: [2, 2] },
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
