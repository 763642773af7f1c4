/** The shape of one gradient and what several of them need. */
import * as tf from '@tensorflow/tfjs-core';

export type Gradient = tf.GradConfig;

/** A gradient with one output: what tfjs hands over as "tensor or tensors" is one tensor here. */
export function gradient(
  kernelName: string,
  saves: Pick<tf.GradConfig, 'inputsToSave' | 'outputsToSave' | 'saveAllInputs'>,
  derive: (
    dy: tf.Tensor,
    saved: readonly tf.Tensor[],
    attrs: tf.NamedAttrMap,
  ) => ReturnType<tf.GradFunc>,
): Gradient {
  return {
    kernelName,
    ...saves,
    gradFunc: (dy, kept, attrs) => derive(dy as tf.Tensor, kept, attrs),
  };
}

/** The n-th saved tensor. @throws Error when the gradient's list of tensors to save is too short */
export function saved(tensors: readonly tf.Tensor[], index: number): tf.Tensor {
  const tensor = tensors[index];
  if (tensor === undefined) {
    throw new Error(`the gradient saved no tensor ${index}`);
  }
  return tensor;
}

/** Sums a gradient over the axes along which an operand of that shape was broadcast. */
export function sumTo(shape: number[], dy: tf.Tensor): tf.Tensor {
  const axes = tf.broadcast_util.getReductionAxes(shape, dy.shape);
  return tf.reshape(axes.length > 0 ? tf.sum(dy, axes) : dy, shape);
}
