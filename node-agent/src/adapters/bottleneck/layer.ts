/** A bottleneck: down to a few numbers for each token, an activation, and up again. */
import * as tf from '@tensorflow/tfjs-core';
import type { AdapterConfigOf } from '@consilium/shared/protocol';
import { gelu } from '../../engine/gelu.js';
import { requireVariable, type Variables } from '../variables.js';

export type BottleneckActivation = AdapterConfigOf<'bottleneck'>['activation'];

export interface BottleneckTensors {
  /** [size, width] */
  readonly downWeight: tf.Tensor2D;
  /** [size] */
  readonly downBias: tf.Tensor1D;
  /** [width, size] */
  readonly upWeight: tf.Tensor2D;
  /** [width] */
  readonly upBias: tf.Tensor1D;
}

/** @throws ConsiliumError 'bad-tensor-schema' when one is missing */
export function bottleneckTensors(variables: Variables, name: string): BottleneckTensors {
  return {
    downWeight: requireVariable(variables, `${name}.down.weight`),
    downBias: requireVariable(variables, `${name}.down.bias`),
    upWeight: requireVariable(variables, `${name}.up.weight`),
    upBias: requireVariable(variables, `${name}.up.bias`),
  };
}

/** scale x up(activation(down(x))): [rows, width] -> [rows, width] */
export function bottleneckChange(
  x: tf.Tensor2D,
  { downWeight, downBias, upWeight, upBias }: BottleneckTensors,
  activation: BottleneckActivation,
  scale: number,
): tf.Tensor2D {
  const narrow: tf.Tensor2D = tf.add(tf.matMul(x, downWeight, false, true), downBias);
  const wide = tf.add(tf.matMul(activate(narrow, activation), upWeight, false, true), upBias);
  return tf.mul(wide, scale);
}

function activate(x: tf.Tensor2D, activation: BottleneckActivation): tf.Tensor2D {
  switch (activation) {
    case 'relu':
      return tf.relu(x);
    case 'gelu':
      return gelu(x);
    case 'silu':
      return tf.mul(x, tf.sigmoid(x));
  }
}
