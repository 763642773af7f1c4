/** Softmax cross-entropy. */
import * as tf from '@tensorflow/tfjs-core';

/**
 * The mean over a batch, each image weighted by its class: sum(w nll) / sum(w), as torch's cross_entropy with weights.
 * @param logits [batch, classes]
 * @param labels class of each image
 * @param weights of each class
 * @returns a scalar
 */
export function crossEntropy(
  logits: tf.Tensor2D,
  labels: readonly number[],
  weights: readonly number[],
): tf.Scalar {
  const ofImage = labels.map((label) => weights[label] ?? 0);
  const total = ofImage.reduce((sum, weight) => sum + weight, 0);
  const classes = logits.shape[1];
  const shares = new Float32Array(labels.length * classes);
  labels.forEach((label, i) => {
    shares[i * classes + label] = (ofImage[i] ?? 0) / total;
  });
  const share = tf.tensor2d(shares, [labels.length, classes]);
  return tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits), share)));
}
