/**
 * The vision transformer (Dosovitskiy et al. 2020, arXiv 2010.11929) with the options of its descendants, in plain tensor
 * operations.
 */
import type * as tf from '@tensorflow/tfjs-core';
import {
  featureSize,
  inputSize,
  type BackboneDescription,
  type VitGeometry,
} from '@consilium/shared/protocol';
import type { Backbone } from '../backbone.js';
import { BlockChain } from '../block-chain.js';
import { runBlock } from './block.js';
import { embed } from './embedding.js';
import { featureOf } from './feature.js';
import { disposePlan, planVit } from './plan.js';

/**
 * @param parameters in the engine's form; the model frees them
 * @throws ConsiliumError 'bad-backbone' when the geometry cannot be computed at the description's input size
 */
export function vitModel(
  description: BackboneDescription,
  geometry: VitGeometry,
  parameters: ReadonlyMap<string, tf.Tensor>,
): Backbone {
  const plan = planVit(geometry, inputSize(description.preprocessing));
  return new BlockChain(description, parameters, {
    plan,
    tokens: plan.prefix + plan.patches,
    featureSize: featureSize(geometry),
    embed,
    block: (rows, block, pass) => runBlock(rows, block, leaving(block, geometry), pass),
    feature: featureOf,
    dispose: () => {
      disposePlan(plan);
    },
  });
}

/** A feature that is the class token reads nothing else of the last block. */
function leaving(block: number, { layers, pool }: VitGeometry): 'all' | 'class' {
  return block === layers - 1 && pool === 'class' ? 'class' : 'all';
}
