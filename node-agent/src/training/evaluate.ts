/** Measures a model on some images. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import type { Metrics } from '@consilium/shared/protocol';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { Sample } from '../data/sample.js';
import { classificationMetrics } from '../tasks/classification/metrics.js';
import { inBatches } from './batches.js';
import type { FrozenFeatures } from './frozen-features.js';
import { modelLogits, type Model } from './model.js';

/** Fixed, so that metrics do not depend on the study's batch size. */
const BATCH = 32;

/**
 * @param report hears how many of how many batches are done
 * @throws ConsiliumError 'bad-dataset' without images, 'non-finite' when the model has diverged
 */
export async function evaluate(
  model: Model,
  features: FrozenFeatures,
  samples: readonly Sample[],
  classes: number,
  report: (step: number, steps: number) => void,
): Promise<Metrics> {
  if (samples.length === 0) {
    throw new ConsiliumError('bad-dataset', 'the split has no usable images');
  }
  const batches = inBatches(samples, BATCH);
  const logits: number[][] = [];
  for (const [i, batch] of batches.entries()) {
    const x = await features.batch(batch);
    logits.push(...tf.tidy(() => modelLogits(model, x).arraySync()));
    x.dispose();
    report(i + 1, batches.length);
    await nextTurn();
  }
  const labels = samples.map(({ label }) => label);
  return classificationMetrics(logits, labels, classes);
}
