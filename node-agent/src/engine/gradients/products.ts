/** Gradients of matrix products and convolutions. */
import * as tf from '@tensorflow/tfjs-core';
import { type Gradient, gradient, saved } from './gradient.js';

export const productGradients: readonly Gradient[] = [
  gradient(tf.BatchMatMul, { inputsToSave: ['a', 'b'] }, (dy, kept, attrs) => {
    const [a, b] = [saved(kept, 0), saved(kept, 1)];
    const { transposeA, transposeB } = attrs;
    return {
      a: () =>
        transposeA === true
          ? tf.matMul(b, dy, transposeB === true, true)
          : tf.matMul(dy, b, false, transposeB !== true),
      b: () =>
        transposeB === true
          ? tf.matMul(dy, a, true, transposeA === true)
          : tf.matMul(a, dy, transposeA !== true, false),
    };
  }),
  gradient(tf.Conv2D, { inputsToSave: ['x', 'filter'] }, (dy, kept, attrs) => {
    const [x, filter] = [saved(kept, 0), saved(kept, 1)];
    if (!tf.backend_util.tupleValuesAreOne(attrs['dilations'] as number | number[])) {
      throw new Error('no gradient for a dilated convolution');
    }
    return {
      x: () =>
        tf
          .engine()
          .runKernel<tf.Tensor>(
            tf.Conv2DBackpropInput,
            { dy, filter },
            { ...attrs, inputShape: x.shape },
          ),
      filter: () =>
        tf
          .engine()
          .runKernel<tf.Tensor>(
            tf.Conv2DBackpropFilter,
            { x, dy },
            { ...attrs, filterShape: filter.shape },
          ),
    };
  }),
];
