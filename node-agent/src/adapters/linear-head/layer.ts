/** The linear layer between feature and classes, which every adapter for classification ends in. */
import * as tf from '@tensorflow/tfjs-core';

export interface HeadTensors {
  /** [classes, width] */
  readonly weight: tf.Tensor2D;
  /** [classes] */
  readonly bias: tf.Tensor1D;
}

/** [batch, width] -> [batch, classes] */
export function headLogits(features: tf.Tensor2D, { weight, bias }: HeadTensors): tf.Tensor2D {
  return tf.add(tf.matMul(features, weight, false, true), bias);
}
