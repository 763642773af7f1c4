/** One way through the vision transformer, and the token that it may begin with. */
import * as tf from '@tensorflow/tfjs-core';
import { perPicture, type Pass } from '../pass.js';
import type { VitPlan } from './plan.js';

export type VitPass = Pass<VitPlan>;

/** The first token of every picture, the class token: [batch x tokens, width] -> [batch, width] */
export function classTokens(x: tf.Tensor2D, pass: VitPass): tf.Tensor2D {
  const first = tf.slice(perPicture(x, pass), [0, 0, 0], [-1, 1, -1]);
  return tf.reshape(first, [pass.batch, x.shape[1]]);
}
