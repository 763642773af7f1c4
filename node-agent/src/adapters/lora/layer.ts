/** The low-rank path beside a frozen linear layer. */
import * as tf from '@tensorflow/tfjs-core';

export interface LoraFactors {
  /** A: [rank, in] */
  readonly down: tf.Tensor2D;
  /** B: [out, rank] */
  readonly up: tf.Tensor2D;
}

/**
 * frozen + scale x (input A^T) B^T; the scale is applied where the matrix is narrowest.
 * @param input [rows, in]
 * @param frozen [rows, out]
 */
export function loraOutput(
  input: tf.Tensor2D,
  frozen: tf.Tensor2D,
  { down, up }: LoraFactors,
  scale: number,
): tf.Tensor2D {
  const narrow = tf.mul(tf.matMul(input, down, false, true), scale); // [rows, rank]
  return tf.add(frozen, tf.matMul(narrow, up, false, true));
}
