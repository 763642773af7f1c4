/** AdamW (Loshchilov and Hutter 2019, arXiv 1711.05101), decoupled weight decay, step for step as torch.optim.AdamW. */
import * as tf from '@tensorflow/tfjs-core';
import { item, type Optimizer } from './optimizer.js';

export interface AdamWOptions {
  readonly weightDecay: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

export function adamW({ beta1, beta2, epsilon, weightDecay }: AdamWOptions): Optimizer {
  return {
    momentCount: 2,
    rates: (step, learningRate) => [
      1 - learningRate * weightDecay,
      learningRate / (1 - beta1 ** step),
      Math.sqrt(1 - beta2 ** step),
    ],
    move: ({ value, gradient, moments }, rates) => {
      const [decay, rate, correction] = [item(rates, 0), item(rates, 1), item(rates, 2)];
      const first = tf.add(tf.mul(item(moments, 0), beta1), tf.mul(gradient, 1 - beta1));
      const second = tf.add(
        tf.mul(item(moments, 1), beta2),
        tf.mul(tf.square(gradient), 1 - beta2),
      );
      const scale = tf.add(tf.div(tf.sqrt(second), correction), epsilon);
      const change = tf.mul(tf.div(first, scale), rate);
      return { value: tf.sub(tf.mul(value, decay), change), moments: [first, second] };
    },
  };
}
