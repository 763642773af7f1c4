/** Gradients of layer normalisation and GELU, for each input apart: a frozen scale or shift costs nothing. */
import * as tf from '@tensorflow/tfjs-core';
import { type Gradient, gradient, saved } from './gradient.js';

export const compositeGradients: readonly Gradient[] = [
  {
    kernelName: 'LayerNorm',
    inputsToSave: ['x', 'gamma'],
    outputsToSave: [false, true, true],
    gradFunc: (dys, kept) => {
      const [dy] = dys as tf.Tensor[];
      const [x, gamma, mean, inverse] = [
        saved(kept, 0),
        saved(kept, 1),
        saved(kept, 2),
        saved(kept, 3),
      ];
      if (dy === undefined) {
        throw new Error('the gradient of LayerNorm received none');
      }
      const rows = x.shape.slice(0, -1).map((_, axis) => axis);
      const inputs = { dy, x, gamma, mean, inverse };
      return {
        x: () => tf.engine().runKernel<tf.Tensor>('LayerNormGrad', inputs),
        gamma: () => tf.sum(tf.mul(dy, tf.mul(tf.sub(x, mean), inverse)), rows),
        beta: () => tf.sum(dy, rows),
      };
    },
  },
  gradient('Gelu', { inputsToSave: ['x'] }, (dy, kept) => ({
    x: () => tf.engine().runKernel<tf.Tensor>('GeluGrad', { dy, x: saved(kept, 0) }),
  })),
];
