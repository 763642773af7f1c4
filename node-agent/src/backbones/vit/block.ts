/** A block: attention, then the feed-forward layers, each on normalised tokens, scaled, and added to what entered it. */
import * as tf from '@tensorflow/tfjs-core';
import { blockPrefix, type LinearTarget } from '@consilium/shared/protocol';
import { activate } from '../../engine/activations.js';
import { layerNorm } from '../../engine/layer-norm.js';
import { applyLinear, type SublayerAddress } from '../backbone.js';
import { normalise, perPicture } from '../pass.js';
import { attend, splitHeads } from './attention.js';
import { classTokens, type VitPass } from './pass.js';
import { rotate } from './rotary.js';

/** Which tokens leave the block: where only the class token is read afterwards, it alone asks and goes on. */
export type Leaving = 'all' | 'class';

/**
 * B batch, T tokens that enter, Q tokens that leave, D width.
 * @param x [B x T, D]
 * @returns [B x Q, D], Q = T or 1; an adaptation may have added tokens
 */
export function runBlock(
  x: tf.Tensor2D,
  block: number,
  leaving: Leaving,
  pass: VitPass,
): tf.Tensor2D {
  const name = blockPrefix(block);
  const going = (tokens: tf.Tensor2D) => (leaving === 'class' ? classTokens(tokens, pass) : tokens);

  const tokens = enter(x, block, pass);
  const normal = normalise(tokens, `${name}norm-attention`, pass);
  const attended = addTo(
    going(tokens),
    { block, sublayer: 'attention' },
    attention(going(normal), normal, block, pass),
    pass,
  );
  const hidden = normalise(attended, `${name}norm-mlp`, pass);
  return addTo(attended, { block, sublayer: 'mlp' }, feedForward(hidden, block, pass), pass);
}

/** Tokens as the adaptation lets them enter. */
function enter(x: tf.Tensor2D, block: number, pass: VitPass): tf.Tensor2D {
  const apart = perPicture(x, pass);
  const prefix = apart.shape[1] - pass.plan.patches;
  return tf.reshape(pass.adaptation.tokens(block, apart, prefix), [-1, x.shape[1]]);
}

/** LayerScale (Touvron et al. 2021, arXiv 2103.17239), if the model has it, the adaptation's part, and the sum. */
function addTo(
  entering: tf.Tensor2D,
  at: SublayerAddress,
  computed: tf.Tensor2D,
  { plan, parameters, adaptation }: VitPass,
): tf.Tensor2D {
  const scale = `${blockPrefix(at.block)}scale-${at.sublayer}`;
  const output = plan.geometry.layerScale
    ? tf.mul<tf.Tensor2D>(computed, parameters.get(scale))
    : computed;
  return tf.add(entering, adaptation.sublayer(at, { entering, output }));
}

/**
 * @param asking [B x Q, D], the tokens that ask: all, or the class token, which has no place
 * @param tokens [B x T, D]
 * @returns [B x Q, D]
 */
function attention(
  asking: tf.Tensor2D,
  tokens: tf.Tensor2D,
  block: number,
  pass: VitPass,
): tf.Tensor2D {
  const { plan, batch } = pass;
  const { heads } = plan.geometry;
  const query = perHead('query', linear(asking, block, 'query', pass), block, pass);
  const key = perHead('key', linear(tokens, block, 'key', pass), block, pass);
  const value = splitHeads(linear(tokens, block, 'value', pass), batch, heads);
  const mixed = attend(tf.mul(query, 1 / Math.sqrt(plan.headSize)), key, value);
  return linear(mixed, block, 'attention-output', pass);
}

/** Queries or keys of each head, normalised and turned where the model does so: [B x Q, D] -> [B, H, Q, D / H] */
function perHead(
  which: 'query' | 'key',
  x: tf.Tensor2D,
  block: number,
  { plan, batch, parameters }: VitPass,
): tf.Tensor4D {
  const apart = splitHeads(x, batch, plan.geometry.heads);
  const normal = plan.geometry.queryKeyNorm
    ? layerNorm(apart, parameters.norm(`${blockPrefix(block)}${which}-norm`), plan.epsilon)
    : apart;
  const hasPlaces = apart.shape[2] >= plan.patches + plan.prefix;
  return plan.rotary !== undefined && hasPlaces ? rotate(normal, plan.rotary) : normal;
}

/** Two layers around an activation, or gated: activation(gate(x)) times up(x) (Shazeer 2020, arXiv 2002.05202). */
function feedForward(x: tf.Tensor2D, block: number, pass: VitPass): tf.Tensor2D {
  const { feedForward: kind, activation } = pass.plan.geometry;
  const up = linear(x, block, 'mlp-up', pass);
  const hidden: tf.Tensor2D =
    kind === 'swiglu'
      ? tf.mul(activate(linear(x, block, 'mlp-gate', pass), activation), up)
      : activate(up, activation);
  return linear(hidden, block, 'mlp-down', pass);
}

/** A linear layer of the block, adapted: [rows, in] -> [rows, out] */
function linear(x: tf.Tensor2D, block: number, target: LinearTarget, pass: VitPass): tf.Tensor2D {
  const layer = pass.parameters.linear(`${blockPrefix(block)}${target}`);
  return pass.adaptation.linear({ block, target }, x, layer, (x) => applyLinear(x, layer));
}
