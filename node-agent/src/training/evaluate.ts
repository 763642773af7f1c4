/** Measures a model on some images. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import type { Metrics } from '@consilium/shared/protocol';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { Sample } from '../data/sample.js';
import { classificationMetrics } from '../tasks/classification/metrics.js';
import { compiled } from '../engine/compiled.js';
import { inBatches } from './batches.js';
import type { FrozenFeatures } from './frozen-features.js';
import { modelLogits, type Model } from './model.js';
import { padPictures } from './padding.js';

/** Fixed, so that metrics do not depend on the study's batch size. */
export const EVALUATED_TOGETHER = 32;

export interface Evaluation {
  readonly model: Model;
  readonly features: Pick<FrozenFeatures, 'batch'>;
  readonly samples: readonly Sample[];
  readonly classes: number;
  /** Pictures at once, where memory is short. */
  readonly together?: number;
}

/**
 * @param report hears how many of how many batches are done
 * @throws ConsiliumError 'bad-dataset' without images, 'non-finite' when the model has diverged
 */
export async function evaluate(
  { model, features, samples, classes, together = EVALUATED_TOGETHER }: Evaluation,
  report: (step: number, steps: number) => void,
): Promise<Metrics> {
  if (samples.length === 0) {
    throw new ConsiliumError('bad-dataset', 'the split has no usable images');
  }
  const batches = inBatches(samples, together);
  const padded = Math.min(together, samples.length);
  const forward = compiled((x: tf.Tensor2D) => modelLogits(model, x), 'the model');
  const logits: number[][] = [];
  try {
    for (const [i, batch] of batches.entries()) {
      const x = padPictures(await features.batch(batch), batch.length, padded);
      const all = tf.tidy(() => forward(x));
      logits.push(...(await all.array()).slice(0, batch.length));
      tf.dispose([x, all]);
      report(i + 1, batches.length);
      await nextTurn();
    }
  } finally {
    forward.dispose();
  }
  const labels = samples.map(({ label }) => label);
  return classificationMetrics(logits, labels, classes);
}
