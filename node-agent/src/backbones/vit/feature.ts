/** From the tokens that leave the last block to one feature a picture: last norm, pool, projection. */
import * as tf from '@tensorflow/tfjs-core';
import type { Pool } from '@consilium/shared/protocol';
import { activate } from '../../engine/activations.js';
import { layerNorm } from '../../engine/layer-norm.js';
import { applyLinear } from '../backbone.js';
import { normalise, perPicture } from '../pass.js';
import { attend, splitHeads } from './attention.js';
import { classTokens, type VitPass } from './pass.js';

/**
 * B batch, T tokens, D width.
 * @param x [B x T, D], or class tokens alone, [B, D], for the pool that reads nothing else
 * @returns [B, featureSize]
 */
export function featureOf(x: tf.Tensor2D, pass: VitPass): tf.Tensor2D {
  const { geometry, plainNorm } = pass.plan;
  const { finalNorm, pool } = geometry;
  const pooled = poolTokens(finalNorm === 'tokens' ? normalise(x, 'norm', pass) : x, pool, pass);
  const normed = finalNorm === 'pooled' ? normalise(pooled, 'norm', pass) : pooled;
  const feature =
    plainNorm === undefined ? normed : layerNorm(pooled, plainNorm, pass.plan.epsilon);
  return pass.parameters.has('projection.weight')
    ? applyLinear(feature, pass.parameters.linear('projection'))
    : feature;
}

function poolTokens(x: tf.Tensor2D, pool: Pool, pass: VitPass): tf.Tensor2D {
  switch (pool) {
    case 'class':
      return classTokens(x, pass);
    case 'mean':
      return meanOfPatches(x, pass);
    case 'class-and-mean':
      return tf.concat([classTokens(x, pass), meanOfPatches(x, pass)], 1);
    case 'attention':
      return attentionPool(x, pass);
  }
}

/** Without class token, registers and whatever an adaptation has added: [B x T, D] -> [B, D] */
function meanOfPatches(x: tf.Tensor2D, pass: VitPass): tf.Tensor2D {
  const tokens = perPicture(x, pass);
  const patches = tf.slice(tokens, [0, tokens.shape[1] - pass.plan.patches, 0], [-1, -1, -1]);
  return tf.mean(patches, 1);
}

/**
 * SigLIP's head: a learnt probe asks all tokens; what it gets passes feed-forward layers (Zhai et al. 2023, arXiv 2303.15343;
 * SiglipMultiheadAttentionPoolingHead of transformers 5.18). [B x T, D] -> [B, D]
 */
function attentionPool(x: tf.Tensor2D, pass: VitPass): tf.Tensor2D {
  const { plan, batch, parameters } = pass;
  const { heads, hiddenSize, activation } = plan.geometry;
  const layer = (name: string, input: tf.Tensor2D) =>
    applyLinear(input, parameters.linear(`pool.${name}`));
  const probe: tf.Tensor2D = tf.reshape(parameters.get('pool.probe'), [1, hiddenSize]);
  const asking = tf.mul<tf.Tensor2D>(layer('query', probe), 1 / Math.sqrt(plan.headSize));
  const mixed = attend(
    tf.tile(splitHeads(asking, 1, heads), [batch, 1, 1, 1]),
    splitHeads(layer('key', x), batch, heads),
    splitHeads(layer('value', x), batch, heads),
  );
  const attended = layer('attention-output', mixed); // [B, D]
  const hidden = activate(layer('mlp-up', normalise(attended, 'pool.norm', pass)), activation);
  return tf.add(attended, layer('mlp-down', hidden));
}
