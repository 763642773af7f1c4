/** Layer normalisation as one operation with a gradient. */
import * as tf from '@tensorflow/tfjs-core';

export interface LayerNormWeights {
  /** [width] */
  readonly scale: tf.Tensor1D;
  /** [width] */
  readonly shift: tf.Tensor1D;
}

/**
 * Brings the last axis to mean 0 and variance 1, then scales and shifts (Ba et al. 2016, arXiv 1607.06450). Scale and shift get
 * a gradient where they are trained.
 * @param x [..., width]
 */
export function layerNorm<T extends tf.Tensor>(
  x: T,
  { scale, shift }: LayerNormWeights,
  epsilon: number,
): T {
  const inputs = { x, gamma: scale, beta: shift };
  const [y] = tf.engine().runKernel<tf.Tensor[]>('LayerNorm', inputs, { epsilon });
  return y as T;
}
