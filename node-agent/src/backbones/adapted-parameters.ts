/** The parameters of one forward pass: the frozen ones, each as the adaptation hands it out. */
import type * as tf from '@tensorflow/tfjs-core';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { LayerNormWeights } from '../engine/layer-norm.js';
import type { Adaptation, Linear } from './backbone.js';

export interface AdaptedParameters {
  /** @throws ConsiliumError 'bad-backbone' where the backbone has no such parameter */
  get<T extends tf.Tensor>(name: string): T;
  has(name: string): boolean;
  /** `{name}.weight`, and `{name}.bias` if there is one. */
  linear(name: string): Linear;
  /** `{name}.weight` and `{name}.bias`. */
  norm(name: string): LayerNormWeights;
}

export function adaptParameters(
  frozen: ReadonlyMap<string, tf.Tensor>,
  adaptation: Adaptation,
): AdaptedParameters {
  function get<T extends tf.Tensor>(name: string): T {
    const parameter = frozen.get(name);
    if (parameter === undefined) {
      throw new ConsiliumError('bad-backbone', `backbone: there is no parameter ${name}`);
    }
    return adaptation.parameter(name, parameter as T);
  }

  return {
    get,
    has: (name) => frozen.has(name),
    linear: (name) => {
      const weight = get<tf.Tensor2D>(`${name}.weight`);
      const bias = `${name}.bias`;
      return frozen.has(bias) ? { weight, bias: get<tf.Tensor1D>(bias) } : { weight };
    },
    norm: (name) => ({ scale: get(`${name}.weight`), shift: get(`${name}.bias`) }),
  };
}
