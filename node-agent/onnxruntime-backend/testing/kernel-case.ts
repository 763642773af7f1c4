/** What the cases of kernels are made of. */
import * as tf from '@tensorflow/tfjs-core';
import { numbers } from './backends.js';

export type Case = readonly [kernel: string, title: string, compute: () => tf.Tensor | tf.Tensor[]];

export const positive = (shape: readonly number[]): tf.Tensor =>
  tf.add(tf.abs(numbers(shape)), 0.1);
export const ints = (values: readonly number[], shape: number[] = [values.length]): tf.Tensor =>
  tf.tensor([...values], shape, 'int32');
export const bools = (values: readonly number[]): tf.Tensor =>
  tf.tensor([...values], [values.length], 'bool');
export const run = (
  name: string,
  inputs: Record<string, tf.Tensor>,
  attrs: object = {},
): tf.Tensor[] =>
  [tf.engine().runKernel<tf.Tensor | tf.Tensor[]>(name, inputs, attrs as tf.NamedAttrMap)].flat();
