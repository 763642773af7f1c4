/** The neck: a 1 x 1 and a 3 x 3 convolution without biases, each followed by a norm over the channels. */
import * as tf from '@tensorflow/tfjs-core';
import { layerNorm } from '../../engine/layer-norm.js';
import type { SamPass } from './plan.js';

/** Its norms have their own, whatever the encoder's: LayerNorm2d of Segment Anything. */
const EPSILON = 1e-6;

/** B batch, N patches, C channels: [B x N, D] -> [B, N, C] */
export function neckMap(x: tf.Tensor2D, { plan, batch, parameters }: SamPass): tf.Tensor3D {
  const { neckSize, hiddenSize } = plan.geometry;
  const { rows, columns } = plan.grid;
  const first = tf.reshape(parameters.get('neck.first.weight'), [hiddenSize, neckSize]);
  const narrow = tf.matMul<tf.Tensor2D>(x, first);
  const normal = layerNorm(narrow, parameters.norm('neck.first-norm'), EPSILON);
  const around = neighbourhoods(tf.reshape(normal, [batch, rows, columns, neckSize]));
  const second = tf.reshape(parameters.get('neck.second.weight'), [9 * neckSize, neckSize]);
  const map = layerNorm(
    tf.matMul<tf.Tensor2D>(around, second),
    parameters.norm('neck.second-norm'),
    EPSILON,
  );
  return tf.reshape(map, [batch, rows * columns, neckSize]);
}

/** Each place with its eight neighbours, row by row, zeros beyond the edge: [B, rows, columns, C] -> [B x N, 9 x C] */
function neighbourhoods(x: tf.Tensor): tf.Tensor2D {
  const [batch = 0, rows = 0, columns = 0, channels = 0] = x.shape;
  const side = tf.zeros<tf.Rank.R4>([batch, rows, 1, channels]);
  const wide = tf.concat([side, x as tf.Tensor4D, side], 2);
  const line = tf.zeros<tf.Rank.R4>([batch, 1, columns + 2, channels]);
  const framed = tf.concat([line, wide, line], 1);
  const shifted = [0, 1, 2].flatMap((down) =>
    [0, 1, 2].map((across) => tf.slice(framed, [0, down, across, 0], [-1, rows, columns, -1])),
  );
  return tf.reshape(tf.concat(shifted, 3), [batch * rows * columns, 9 * channels]);
}
