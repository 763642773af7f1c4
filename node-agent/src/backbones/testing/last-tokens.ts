/** All tokens that leave the last block, which no level of a backbone shows. */
import * as tf from '@tensorflow/tfjs-core';
import { decodeFloat } from '@consilium/shared/encoding';
import type { VitGeometry } from '@consilium/shared/protocol';
import { layerNorm } from '../../engine/layer-norm.js';
import { unadapted, type Backbone } from '../backbone.js';

/**
 * transformers' `last_hidden_state`: after the last norm where that stands on tokens.
 * @param model one whose pool reads more than the class token
 * @returns [batch x tokens, width]
 */
export function lastTokens(model: Backbone, pixels: tf.Tensor4D): tf.Tensor2D {
  let left: tf.Tensor2D | undefined;
  model.features(model.trunk(pixels, 0), 0, {
    ...unadapted,
    sublayer: ({ block, sublayer }, { entering, output }) => {
      if (block === model.blocks - 1 && sublayer === 'mlp') {
        left = tf.add(entering, output);
      }
      return output;
    },
  });
  const geometry = model.description.geometry as VitGeometry;
  const [scale, shift] = ['norm.weight', 'norm.bias'].map((name) => model.parameters.get(name));
  if (left === undefined) {
    throw new Error('the last block was not run');
  }
  return geometry.finalNorm === 'tokens'
    ? layerNorm(
        left,
        { scale: scale as tf.Tensor1D, shift: shift as tf.Tensor1D },
        decodeFloat(geometry.layerNormEps),
      )
    : left;
}
