/**
 * (IA)3 (Liu et al. 2022, arXiv 2205.05638, section 3.3): outputs of linear layers times a trained vector, bias included as PEFT
 * has it; in feed-forward layers their inputs. The vector is 1 plus what is trained.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { AdapterConfigOf } from '@consilium/shared/protocol';
import { unadapted } from '../../backbones/backbone.js';
import type { AdapterMethod } from '../adapter.js';
import { adaptedLinears, linearName } from '../linear-name.js';
import { createVariables, disposeVariables, requireVariable } from '../variables.js';
import { mergeIa3 } from './merge.js';

export const ia3: AdapterMethod<AdapterConfigOf<'ia3'>> = {
  create: (config, _, schema) => {
    const variables = createVariables(schema);
    const deltas = new Map(
      adaptedLinears(config).map((at) => [
        linearName(at),
        requireVariable<tf.Tensor1D>(variables, `${linearName(at)}.scale-delta`),
      ]),
    );
    return {
      level: Math.min(...config.blocks),
      variables,
      adaptation: {
        ...unadapted,
        linear: (at, x, _layer, next) => {
          const delta = deltas.get(linearName(at));
          if (delta === undefined) {
            return next(x);
          }
          return config.feedForward.includes(at.target)
            ? next(scaled(x, delta))
            : scaled(next(x), delta);
        },
      },
      dispose: () => disposeVariables(variables),
    };
  },
  merge: mergeIa3,
};

/** x times 1 + delta: [rows, width] and [width] -> [rows, width] */
function scaled(x: tf.Tensor2D, delta: tf.Tensor1D): tf.Tensor2D {
  return tf.mul(x, tf.add(delta, 1));
}
