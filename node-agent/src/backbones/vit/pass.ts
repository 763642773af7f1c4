/** One way through the model, or a part of it: what every layer needs to know. */
import * as tf from '@tensorflow/tfjs-core';
import { layerNorm } from '../../engine/layer-norm.js';
import type { AdaptedParameters } from '../adapted-parameters.js';
import type { Adaptation } from '../backbone.js';
import type { VitPlan } from './plan.js';

export interface VitPass {
  readonly plan: VitPlan;
  readonly batch: number;
  readonly parameters: AdaptedParameters;
  readonly adaptation: Adaptation;
}

/** @param name of the norm's parameters, without `.weight` and `.bias` */
export function normalise(
  x: tf.Tensor2D,
  name: string,
  { plan, parameters }: VitPass,
): tf.Tensor2D {
  return layerNorm(x, parameters.norm(name), plan.epsilon);
}

/** The tokens of each picture apart: [batch x tokens, width] -> [batch, tokens, width] */
export function perPicture(x: tf.Tensor2D, { batch }: VitPass): tf.Tensor3D {
  return tf.reshape(x, [batch, -1, x.shape[1]]);
}

/** The first token of every picture, the class token: [batch x tokens, width] -> [batch, width] */
export function classTokens(x: tf.Tensor2D, pass: VitPass): tf.Tensor2D {
  const first = tf.slice(perPicture(x, pass), [0, 0, 0], [-1, 1, -1]);
  return tf.reshape(first, [pass.batch, x.shape[1]]);
}
