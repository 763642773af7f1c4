/** Layer normalisation with a gradient that keeps two tensors instead of a tape of nine operations. */
import * as tf from '@tensorflow/tfjs-core';

export interface LayerNormWeights {
  /** [width] */
  readonly scale: tf.Tensor1D;
  /** [width] */
  readonly shift: tf.Tensor1D;
}

/**
 * Normalises each row to mean 0 and variance 1, then scales and shifts. The weights are frozen: they get no gradient.
 * @param x [rows, width]
 */
export function layerNorm(x: tf.Tensor2D, weights: LayerNormWeights, epsilon: number): tf.Tensor2D {
  const operation = tf.customGrad((input, save) => {
    const mean = tf.mean(input as tf.Tensor2D, 1, true);
    const centred = tf.sub(input as tf.Tensor2D, mean);
    const variance = tf.mean(tf.square(centred), 1, true);
    const inverse = tf.rsqrt(tf.add(variance, epsilon)); // [rows, 1]
    const normal = tf.mul(centred, inverse); // [rows, width]
    (save as tf.GradSaveFunc)([normal, inverse]);
    return {
      value: tf.add(tf.mul(normal, weights.scale), weights.shift),
      gradFunc: (dy, saved) => {
        const [normal, inverse] = saved as [tf.Tensor2D, tf.Tensor2D];
        const slope = tf.mul(dy, weights.scale);
        const along = tf.mean(tf.mul(slope, normal), 1, true); // [rows, 1]
        const level = tf.mean(slope, 1, true); // [rows, 1]
        return tf.mul(tf.sub(tf.sub(slope, level), tf.mul(normal, along)), inverse);
      },
    };
  });
  return operation(x) as tf.Tensor2D;
}
