/** A block: attention in windows or in the whole picture, then the feed-forward layers, each added to what entered it. */
import * as tf from '@tensorflow/tfjs-core';
import { blockPrefix, type LinearTarget } from '@consilium/shared/protocol';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { activate } from '../../engine/activations.js';
import { applyLinear, type SublayerAddress } from '../backbone.js';
import { normalise, perPicture } from '../pass.js';
import { attendWithin } from './attention.js';
import type { SamPass } from './plan.js';
import { fromWindows, intoWindows } from './windows.js';

/**
 * B batch, N patches, D width.
 * @param x [B x N, D]
 * @returns [B x N, D]
 * @throws ConsiliumError 'bad-tensor-schema' when the adaptation adds tokens
 */
export function runBlock(x: tf.Tensor2D, block: number, pass: SamPass): tf.Tensor2D {
  const name = blockPrefix(block);
  const entering = enter(x, block, pass);
  const attended = addTo(
    entering,
    { block, sublayer: 'attention' },
    attention(normalise(entering, `${name}norm-attention`, pass), block, pass),
    pass,
  );
  const normal = normalise(attended, `${name}norm-mlp`, pass);
  const hidden = activate(linear(normal, block, 'mlp-up', pass), pass.plan.geometry.activation);
  const output = linear(hidden, block, 'mlp-down', pass);
  return addTo(attended, { block, sublayer: 'mlp' }, output, pass);
}

function enter(x: tf.Tensor2D, block: number, pass: SamPass): tf.Tensor2D {
  const tokens = pass.adaptation.tokens(block, perPicture(x, pass), 0);
  if (tokens.shape[1] !== pass.plan.patches) {
    throw new ConsiliumError(
      'bad-tensor-schema',
      `the adapter adds ${tokens.shape[1] - pass.plan.patches} tokens, but this backbone attends in windows of the picture, where added tokens have no place: choose a method without them`,
    );
  }
  return tf.reshape(tokens, [-1, x.shape[1]]);
}

function addTo(
  entering: tf.Tensor2D,
  at: SublayerAddress,
  output: tf.Tensor2D,
  { adaptation }: SamPass,
): tf.Tensor2D {
  return tf.add(entering, adaptation.sublayer(at, { entering, output }));
}

/** What fills up a window is zero after the norm and takes part as its biases make it. [B x N, D] -> [B x N, D] */
function attention(x: tf.Tensor2D, block: number, pass: SamPass): tf.Tensor2D {
  const { plan, parameters } = pass;
  const { globalBlocks, windowSize, heads, relativePositions } = plan.geometry;
  const isGlobal = globalBlocks.includes(block);
  const tokens = isGlobal ? x : intoWindows(x, plan.grid, windowSize);
  const name = blockPrefix(block);
  const mixed = attendWithin({
    query: linear(tokens, block, 'query', pass),
    key: linear(tokens, block, 'key', pass),
    value: linear(tokens, block, 'value', pass),
    heads,
    area: isGlobal ? plan.whole : plan.window,
    ...(relativePositions
      ? {
          tables: [
            parameters.get(`${name}relative-rows`),
            parameters.get(`${name}relative-columns`),
          ],
        }
      : {}),
  });
  const whole = isGlobal ? mixed : fromWindows(mixed, plan.grid, windowSize);
  return linear(whole, block, 'attention-output', pass);
}

/** A linear layer of the block, adapted: [rows, in] -> [rows, out] */
function linear(x: tf.Tensor2D, block: number, target: LinearTarget, pass: SamPass): tf.Tensor2D {
  const layer = pass.parameters.linear(`${blockPrefix(block)}${target}`);
  return pass.adaptation.linear({ block, target }, x, layer, (x) => applyLinear(x, layer));
}
