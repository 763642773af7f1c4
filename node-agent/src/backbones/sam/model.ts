/**
 * The image encoder of Segment Anything (Kirillov et al. 2023, arXiv 2304.02643) in plain tensor operations. A picture's feature
 * is the mean of the neck's output over all patches.
 */
import * as tf from '@tensorflow/tfjs-core';
import { inputSize, type BackboneDescription, type SamGeometry } from '@consilium/shared/protocol';
import type { Backbone } from '../backbone.js';
import { BlockChain } from '../block-chain.js';
import { runBlock } from './block.js';
import { embed } from './embedding.js';
import { neckMap } from './neck.js';
import { disposePlan, planSam } from './plan.js';

/**
 * @param parameters in the engine's form; the model frees them
 * @throws ConsiliumError 'bad-backbone' when the input is smaller than a patch
 */
export function samModel(
  description: BackboneDescription,
  geometry: SamGeometry,
  parameters: ReadonlyMap<string, tf.Tensor>,
): Backbone {
  const plan = planSam(geometry, inputSize(description.preprocessing));
  return new BlockChain(description, parameters, {
    plan,
    tokens: plan.patches,
    featureSize: geometry.neckSize,
    embed,
    block: runBlock,
    feature: (rows, pass) => tf.mean(neckMap(rows, pass), 1),
    dispose: () => {
      disposePlan(plan);
    },
  });
}
