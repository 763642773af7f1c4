/** Stochastic gradient descent with momentum and coupled weight decay, step for step as torch.optim.SGD. */
import * as tf from '@tensorflow/tfjs-core';
import { item, type Optimizer } from './optimizer.js';

export interface SgdOptions {
  readonly momentum: number;
  readonly weightDecay: number;
}

export function sgd({ momentum, weightDecay }: SgdOptions): Optimizer {
  return {
    momentCount: momentum === 0 ? 0 : 1,
    rates: (_, learningRate) => [learningRate],
    move: ({ value, gradient, moments }, rates) => {
      const slope = tf.add(gradient, tf.mul(value, weightDecay));
      // The velocity starts at zero, so the first step moves by the slope itself.
      const velocity = momentum === 0 ? slope : tf.add(tf.mul(item(moments, 0), momentum), slope);
      return {
        value: tf.sub(value, tf.mul(velocity, item(rates, 0))),
        moments: momentum === 0 ? [] : [velocity],
      };
    },
  };
}
