/** All tokens that leave the last block, which no level of a backbone shows. */
import type * as tf from '@tensorflow/tfjs-core';
import { inputSize, type VitGeometry } from '@consilium/shared/protocol';
import { adaptParameters } from '../adapted-parameters.js';
import { unadapted, type Backbone } from '../backbone.js';
import { runBlock } from '../vit/block.js';
import { normalise } from '../pass.js';
import type { VitPass } from '../vit/pass.js';
import { disposePlan, planVit } from '../vit/plan.js';

/**
 * transformers' `last_hidden_state`: after the last norm where that stands on tokens.
 * @returns [batch x tokens, width]
 */
export function lastTokens(model: Backbone, pixels: tf.Tensor4D): tf.Tensor2D {
  const { preprocessing, geometry } = model.description;
  const { finalNorm } = geometry as VitGeometry;
  const plan = planVit(geometry as VitGeometry, inputSize(preprocessing));
  const pass: VitPass = {
    plan,
    batch: pixels.shape[0],
    parameters: adaptParameters(model.parameters, unadapted),
    adaptation: unadapted,
  };
  const last = model.blocks - 1;
  const left = runBlock(model.trunk(pixels, last), last, 'all', pass);
  disposePlan(plan);
  return finalNorm === 'tokens' ? normalise(left, 'norm', pass) : left;
}
