/** Adam (Kingma & Ba 2015) as tfjs writes it, as a function from old to new values: so it can be captured, alone or with the step. */
import * as tf from '@tensorflow/tfjs-core';

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-7;

export interface AdamState {
  readonly first: tf.Tensor[];
  readonly second: tf.Tensor[];
}

/** @param scales 1 / (1 - beta^t) of both moments, as tensors: as numbers they would be another graph in every step */
export function adamStep(
  values: readonly tf.Tensor[],
  slopes: readonly tf.Tensor[],
  state: AdamState,
  scales: readonly tf.Tensor[],
  rate: number,
): AdamState & { readonly updated: tf.Tensor[] } {
  const mix = (old: tf.Tensor, now: tf.Tensor, beta: number): tf.Tensor =>
    tf.add(tf.mul(old, beta), tf.mul(now, 1 - beta));
  const first = slopes.map((slope, i) => mix(at(state.first, i), slope, BETA1));
  const second = slopes.map((slope, i) => mix(at(state.second, i), tf.square(slope), BETA2));
  const updated = values.map((value, i) => {
    const deviation = tf.add(tf.sqrt(tf.mul(at(second, i), at(scales, 1))), EPSILON);
    return tf.sub(value, tf.mul(tf.div(tf.mul(at(first, i), at(scales, 0)), deviation), rate));
  });
  return { updated, first, second };
}

function at(list: readonly tf.Tensor[], index: number): tf.Tensor {
  const tensor = list[index];
  if (tensor === undefined) {
    throw new Error(`there is no tensor ${index} of ${list.length}`);
  }
  return tensor;
}
