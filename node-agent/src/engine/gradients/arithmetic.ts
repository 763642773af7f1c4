/** Gradients of element-by-element operations on two tensors, broadcast as NumPy does. */
import * as tf from '@tensorflow/tfjs-core';
import { type Gradient, gradient, saved, sumTo } from './gradient.js';

const BOTH = { inputsToSave: ['a', 'b'] };

export const arithmeticGradients: readonly Gradient[] = [
  gradient(tf.Add, BOTH, (dy, kept) => ({
    a: () => sumTo(saved(kept, 0).shape, dy),
    b: () => sumTo(saved(kept, 1).shape, dy),
  })),
  gradient(tf.Sub, BOTH, (dy, kept) => ({
    a: () => sumTo(saved(kept, 0).shape, dy),
    b: () => sumTo(saved(kept, 1).shape, tf.neg(dy)),
  })),
  gradient(tf.Multiply, BOTH, (dy, kept) => ({
    a: () => sumTo(saved(kept, 0).shape, tf.mul(dy, saved(kept, 1))),
    b: () => sumTo(saved(kept, 1).shape, tf.mul(dy, saved(kept, 0))),
  })),
  gradient(tf.RealDiv, BOTH, (dy, kept) => ({
    a: () => sumTo(saved(kept, 0).shape, tf.div(dy, saved(kept, 1))),
    b: () => {
      const [a, b] = [saved(kept, 0), saved(kept, 1)];
      return sumTo(b.shape, tf.neg(tf.div(tf.mul(dy, a), tf.square(b))));
    },
  })),
  gradient(tf.SquaredDifference, BOTH, (dy, kept) => {
    const [a, b] = [saved(kept, 0), saved(kept, 1)];
    const towardsA = () => tf.mul(tf.mul(dy, 2), tf.sub(a, b));
    return { a: () => sumTo(a.shape, towardsA()), b: () => sumTo(b.shape, tf.neg(towardsA())) };
  }),
  gradient(tf.Maximum, BOTH, (dy, kept) => {
    const [a, b] = [saved(kept, 0), saved(kept, 1)];
    return {
      a: () => sumTo(a.shape, tf.mul(dy, tf.cast(tf.greaterEqual(a, b), 'float32'))),
      b: () => sumTo(b.shape, tf.mul(dy, tf.cast(tf.less(a, b), 'float32'))),
    };
  }),
  gradient(tf.AddN, { saveAllInputs: true }, (dy, kept) =>
    Object.fromEntries(kept.map((_, i) => [String(i), () => tf.clone(dy)])),
  ),
];
