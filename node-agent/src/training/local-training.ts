/** One site's training in one round: some epochs over its images, from the adapter it was given. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import { decodeFloat } from '@consilium/shared/encoding';
import type { TrainingConfig } from '@consilium/shared/protocol';
import type { Sample } from '../data/sample.js';
import { classWeights } from '../tasks/classification/class-weights.js';
import { classShares } from '../tasks/classification/loss.js';
import { epochBatches } from './batches.js';
import type { FrozenFeatures } from './frozen-features.js';
import type { MemoryPlan } from './memory-plan.js';
import type { Model } from './model.js';
import { padPictures } from './padding.js';
import { learningRateFactor } from './schedule.js';
import { createTrainStep, type LabelledBatch } from './train-step.js';

export interface LocalTraining {
  readonly config: TrainingConfig;
  readonly samples: readonly Sample[];
  /** Training images of each class. */
  readonly classCounts: readonly number[];
  /** From 1. */
  readonly roundNo: number;
  /** Decides the order of images, and nothing else does. */
  readonly seed: string;
  /** A whole batch at once if absent. */
  readonly plan?: Pick<MemoryPlan, 'together' | 'memory'>;
}

/** One optimizer step, for progress. */
export interface StepReport {
  /** From 1, over all epochs of this training. */
  readonly step: number;
  readonly steps: number;
  readonly epoch: number;
  readonly loss: number;
}

/**
 * Trains every variable of the model in place, those of a private adapter with the shared ones. Equal inputs give equal bits on the same engine.
 * @throws ConsiliumError 'non-finite' as soon as a loss is NaN or infinite
 */
export async function trainLocally(
  model: Model,
  features: Pick<FrozenFeatures, 'batch'>,
  training: LocalTraining,
  report: (step: StepReport) => void,
): Promise<void> {
  const { config, samples, roundNo, seed } = training;
  const weights = classWeights(config.classWeights, training.classCounts);
  const pictures = Math.min(config.batchSize, samples.length);
  const plan = training.plan ?? { together: pictures, memory: 'save' as const };
  const trainStep = createTrainStep(model, config.optimizer, plan);
  const stepsPerEpoch = Math.ceil(samples.length / config.batchSize);
  const steps = stepsPerEpoch * config.localEpochs;
  const padded = Math.ceil(pictures / plan.together) * plan.together;
  let step = 0;
  try {
    for (let epoch = 0; epoch < config.localEpochs; epoch += 1) {
      for (const batch of epochBatches(samples, config.batchSize, seed, epoch)) {
        const labelled = await labelledBatch(batch, { features, weights, padded });
        const learningRate = learningRateAt(config, (roundNo - 1) * steps + step, steps);
        const loss = await trainStep.run(labelled, learningRate);
        tf.dispose([labelled.x, labelled.shares]);
        step += 1;
        report({ step, steps, epoch, loss });
        await nextTurn();
      }
    }
  } finally {
    trainStep.dispose();
  }
}

interface Batching {
  readonly features: Pick<FrozenFeatures, 'batch'>;
  /** Of each class. */
  readonly weights: readonly number[];
  /** Pictures of every batch, blank ones among them. */
  readonly padded: number;
}

async function labelledBatch(
  batch: readonly Sample[],
  { features, weights, padded }: Batching,
): Promise<LabelledBatch> {
  const x = padPictures(await features.batch(batch), batch.length, padded);
  const shares = new Float32Array(padded * weights.length);
  shares.set(
    classShares(
      batch.map(({ label }) => label),
      weights,
    ),
  );
  return { x, shares: tf.tensor2d(shares, [padded, weights.length]) };
}

/** @param step steps before this one since the study began @param stepsPerRound steps of one local training */
function learningRateAt(config: TrainingConfig, step: number, stepsPerRound: number): number {
  const base = decodeFloat(config.optimizer.learningRate);
  return base * learningRateFactor(config.schedule, step, stepsPerRound * config.rounds);
}
