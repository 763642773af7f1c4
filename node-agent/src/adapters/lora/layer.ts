/** The low-rank path beside a frozen linear layer. */
import * as tf from '@tensorflow/tfjs-core';
import type { LinearAddress } from '../../backbones/backbone.js';
import { linearName } from '../linear-name.js';
import { requireVariable, type Variables } from '../variables.js';

export interface LoraFactors {
  /** A: [rank, in] */
  readonly down: tf.Tensor2D;
  /** B: [out, rank] */
  readonly up: tf.Tensor2D;
  readonly scale: number;
}

/** The factors of one layer. @throws ConsiliumError 'bad-tensor-schema' when one is missing */
export function loraFactors(variables: Variables, at: LinearAddress, scale: number): LoraFactors {
  const name = linearName(at);
  return {
    down: requireVariable(variables, `${name}.lora-a`),
    up: requireVariable(variables, `${name}.lora-b`),
    scale,
  };
}

/**
 * scale x (x A^T) B^T; the scale is applied where the matrix is narrowest.
 * @param x [rows, in]
 * @returns [rows, out]
 */
export function loraChange(x: tf.Tensor2D, { down, up, scale }: LoraFactors): tf.Tensor2D {
  const narrow = tf.mul(tf.matMul(x, down, false, true), scale); // [rows, rank]
  return tf.matMul(narrow, up, false, true);
}
