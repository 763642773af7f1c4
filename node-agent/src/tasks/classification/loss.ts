/** Softmax cross-entropy. */
import * as tf from '@tensorflow/tfjs-core';

/**
 * The mean over a batch, each image weighted by its class: sum(w nll) / sum(w), as torch's cross_entropy with weights.
 * @param logits [batch, classes]
 * @param shares [batch, classes], of `classShares`
 * @returns a scalar
 */
export function crossEntropy(logits: tf.Tensor2D, shares: tf.Tensor2D): tf.Scalar {
  return tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits), shares)));
}

/**
 * What part each image has in the mean: w / sum(w) at its class, zero at every other, so that further rows of zeros change nothing.
 * @param labels class of each image
 * @param weights of each class
 * @returns [labels, weights], row by row
 */
export function classShares(labels: readonly number[], weights: readonly number[]): Float32Array {
  const ofImage = labels.map((label) => weights[label] ?? 0);
  const total = ofImage.reduce((sum, weight) => sum + weight, 0);
  const shares = new Float32Array(labels.length * weights.length);
  labels.forEach((label, i) => {
    shares[i * weights.length + label] = (ofImage[i] ?? 0) / total;
  });
  return shares;
}
