/** Gradients of functions of one tensor and of reductions. */
import * as tf from '@tensorflow/tfjs-core';
import { type Gradient, gradient, saved } from './gradient.js';

const INPUT = { inputsToSave: ['x'] };
const OUTPUT = { outputsToSave: [true] };
const TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);

export const functionGradients: readonly Gradient[] = [
  gradient(tf.Neg, {}, (dy) => ({ x: () => tf.neg(dy) })),
  gradient(tf.Square, INPUT, (dy, kept) => ({
    x: () => tf.mul(dy, tf.mul(saved(kept, 0), 2)),
  })),
  gradient(tf.Sqrt, OUTPUT, (dy, kept) => ({
    x: () => tf.div(dy, tf.mul(saved(kept, 0), 2)),
  })),
  gradient(tf.Rsqrt, { inputsToSave: ['x'], outputsToSave: [true] }, (dy, kept) => ({
    x: () => tf.mul(dy, tf.mul(tf.div(saved(kept, 1), saved(kept, 0)), -0.5)),
  })),
  gradient(tf.Exp, OUTPUT, (dy, kept) => ({ x: () => tf.mul(dy, saved(kept, 0)) })),
  gradient(tf.Log, INPUT, (dy, kept) => ({ x: () => tf.div(dy, saved(kept, 0)) })),
  gradient(tf.Erf, INPUT, (dy, kept) => ({
    x: () => tf.mul(dy, tf.mul(tf.exp(tf.neg(tf.square(saved(kept, 0)))), TWO_OVER_ROOT_PI)),
  })),
  gradient(tf.Tanh, OUTPUT, (dy, kept) => ({
    x: () => tf.mul(dy, tf.sub(1, tf.square(saved(kept, 0)))),
  })),
  gradient(tf.Sigmoid, OUTPUT, (dy, kept) => ({
    x: () => tf.mul(dy, tf.mul(saved(kept, 0), tf.sub(1, saved(kept, 0)))),
  })),
  gradient(tf.Relu, INPUT, (dy, kept) => ({ x: () => tf.mul(dy, tf.step(saved(kept, 0))) })),
  gradient(tf.Softmax, OUTPUT, (dy, kept, attrs) => ({
    logits: () => {
      const y = saved(kept, 0);
      const weighted = tf.mul(dy, y);
      return tf.sub(weighted, tf.mul(tf.sum(weighted, attrs['dim'] as number, true), y));
    },
  })),
  gradient(tf.Sum, INPUT, (dy, kept, attrs) => ({
    x: () => spread(dy, saved(kept, 0).shape, attrs['axis']),
  })),
  gradient(tf.Mean, INPUT, (dy, kept, attrs) => ({
    x: () => {
      const { shape, size } = saved(kept, 0);
      return tf.mul(spread(dy, shape, attrs['axis']), dy.size / size);
    },
  })),
];

/** Repeats the gradient of a reduction along the axes it reduced. */
function spread(dy: tf.Tensor, shape: number[], axis: tf.Attribute | undefined): tf.Tensor {
  const axes = tf.util.parseAxisParam(axis as number | number[], shape);
  const kept = shape.map((size, i) => (axes.includes(i) ? 1 : size));
  return tf.mul(tf.reshape(dy, kept), tf.ones(shape));
}
