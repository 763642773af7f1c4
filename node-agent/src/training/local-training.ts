/** One site's training in one round: some epochs over its images, from the adapter it was given. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import { decodeFloat } from '@consilium/shared/encoding';
import type { TrainingConfig } from '@consilium/shared/protocol';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { Sample } from '../data/sample.js';
import { classWeights } from '../tasks/classification/class-weights.js';
import { crossEntropy } from '../tasks/classification/loss.js';
import { epochBatches } from './batches.js';
import type { FrozenFeatures } from './frozen-features.js';
import { modelLogits, trainedVariables, type Model } from './model.js';
import type { Optimizer } from './optimizers/optimizer.js';
import { createOptimizer } from './optimizers/registry.js';
import { learningRateFactor } from './schedule.js';

export interface LocalTraining {
  readonly config: TrainingConfig;
  readonly samples: readonly Sample[];
  /** Training images of each class. */
  readonly classCounts: readonly number[];
  /** From 1. */
  readonly roundNo: number;
  /** Decides the order of images, and nothing else does. */
  readonly seed: string;
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
  const optimizer = createOptimizer(config.optimizer);
  const stepsPerEpoch = Math.ceil(samples.length / config.batchSize);
  const steps = stepsPerEpoch * config.localEpochs;
  let step = 0;
  try {
    for (let epoch = 0; epoch < config.localEpochs; epoch += 1) {
      for (const batch of epochBatches(samples, config.batchSize, seed, epoch)) {
        const x = await features.batch(batch);
        const labels = batch.map(({ label }) => label);
        const learningRate = learningRateAt(config, (roundNo - 1) * steps + step, steps);
        const loss = trainStep(model, optimizer, { x, labels, weights }, learningRate);
        x.dispose();
        step += 1;
        report({ step, steps, epoch, loss });
        await nextTurn();
      }
    }
  } finally {
    optimizer.dispose();
  }
}

/** @param step steps before this one since the study began @param stepsPerRound steps of one local training */
function learningRateAt(config: TrainingConfig, step: number, stepsPerRound: number): number {
  const base = decodeFloat(config.optimizer.learningRate);
  return base * learningRateFactor(config.schedule, step, stepsPerRound * config.rounds);
}

interface LabelledBatch {
  readonly x: tf.Tensor2D;
  readonly labels: readonly number[];
  readonly weights: readonly number[];
}

/** One step of the optimizer; returns the loss before it. */
function trainStep(
  model: Model,
  optimizer: Optimizer,
  { x, labels, weights }: LabelledBatch,
  learningRate: number,
): number {
  return tf.tidy(() => {
    const variables = trainedVariables(model);
    const { value, grads } = tf.variableGrads(
      () => crossEntropy(modelLogits(model, x), labels, weights),
      variables,
    );
    const [loss = Number.NaN] = value.dataSync();
    if (!Number.isFinite(loss)) {
      throw new ConsiliumError('non-finite', 'the training loss is not finite');
    }
    const moves = variables.map((variable) => ({
      variable,
      gradient: grads[variable.name] ?? tf.zerosLike(variable),
    }));
    optimizer.step(moves, learningRate);
    return loss;
  });
}
