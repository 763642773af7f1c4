/** One way through a model, or a part of it: what every layer needs to know. */
import * as tf from '@tensorflow/tfjs-core';
import { layerNorm } from '../engine/layer-norm.js';
import type { AdaptedParameters } from './adapted-parameters.js';
import type { Adaptation } from './backbone.js';

/** @typeParam P what follows from an architecture's geometry and the size of its input */
export interface Pass<P> {
  readonly plan: P;
  readonly batch: number;
  readonly parameters: AdaptedParameters;
  readonly adaptation: Adaptation;
}

/** @param name of the norm's parameters, without `.weight` and `.bias` */
export function normalise(
  x: tf.Tensor2D,
  name: string,
  { plan, parameters }: Pass<{ readonly epsilon: number }>,
): tf.Tensor2D {
  return layerNorm(x, parameters.norm(name), plan.epsilon);
}

/** The tokens of each picture apart: [batch x tokens, width] -> [batch, tokens, width] */
export function perPicture(x: tf.Tensor2D, { batch }: Pass<unknown>): tf.Tensor3D {
  return tf.reshape(x, [batch, -1, x.shape[1]]);
}
