/** From pixels to the patches that enter the first block. B batch, N patches, P patch size, D width. */
import * as tf from '@tensorflow/tfjs-core';
import { nativeGrid } from '@consilium/shared/protocol';
import { applyLinear } from '../backbone.js';
import type { SamPass } from './plan.js';

/** [B x height x width, 3] -> [B x N, D] */
export function embed(x: tf.Tensor2D, pass: SamPass): tf.Tensor2D {
  const { plan, batch, parameters } = pass;
  const patches = applyLinear(patchRows(x, pass), parameters.linear('patch'));
  if (!plan.geometry.absolutePositions) {
    return patches;
  }
  const apart: tf.Tensor3D = tf.reshape(patches, [batch, plan.patches, -1]);
  return tf.reshape(tf.add(apart, positions(pass)), patches.shape);
}

/** Each patch as one row, its pixels row by row: [B x height x width, 3] -> [B x N, P x P x 3] */
function patchRows(x: tf.Tensor2D, { plan, batch }: SamPass): tf.Tensor2D {
  const { patchSize, channels } = plan.geometry;
  const { rows, columns } = plan.grid;
  const { height, width } = plan.input;
  const pixels: tf.Tensor3D = tf.reshape(x, [batch, height, width * channels]);
  const line = patchSize * channels;
  const used = tf.slice(pixels, [0, 0, 0], [-1, rows * patchSize, columns * line]);
  const lines: tf.Tensor4D = tf.reshape(used, [batch * rows, patchSize, columns, line]);
  return tf.reshape(tf.transpose(lines, [0, 2, 1, 3]), [-1, patchSize * line]);
}

/** The table at this grid: [N, D] */
function positions({ plan, parameters }: SamPass): tf.Tensor2D {
  const table = parameters.get<tf.Tensor2D>('positions');
  const { resampling, geometry, patches } = plan;
  if (resampling === undefined) {
    return table;
  }
  const native = nativeGrid(geometry);
  const lines = tf.matMul(resampling.rows, tf.reshape<tf.Rank.R2>(table, [native, -1]));
  const grid: tf.Tensor3D = tf.reshape(lines, [-1, native, geometry.hiddenSize]);
  return tf.reshape(tf.matMul(resampling.columns, grid), [patches, -1]);
}
