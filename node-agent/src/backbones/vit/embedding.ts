/** From pixels to the tokens that enter the first block. B batch, N patches, P patch size, D width. */
import * as tf from '@tensorflow/tfjs-core';
import { nativeGrid, type Positions } from '@consilium/shared/protocol';
import { applyLinear } from '../backbone.js';
import { normalise } from '../pass.js';
import type { VitPass } from './pass.js';
import type { VitPlan } from './plan.js';

/**
 * Class token, registers and projected patches, positions added to those that have one.
 * @param x [B x height x width, 3]
 * @returns [B x T, D]
 */
export function embed(x: tf.Tensor2D, pass: VitPass): tf.Tensor2D {
  const { plan, batch, parameters } = pass;
  const { hiddenSize, preNorm } = plan.geometry;
  const projected = applyLinear(patchRows(x, pass), parameters.linear('patch')); // [B x N, D]
  const patches: tf.Tensor3D = tf.reshape(projected, [batch, plan.patches, hiddenSize]);
  const places = positionsOf(pass);
  const placed = places === undefined ? patches : tf.add(patches, places.patches);
  const prefix = prefixTokens(pass, places?.prefix);
  const tokens =
    prefix.length === 0
      ? placed
      : tf.concat([tf.tile(tf.expandDims(tf.concat(prefix), 0), [batch, 1, 1]), placed], 1);
  const rows: tf.Tensor2D = tf.reshape(tokens, [-1, hiddenSize]);
  return preNorm ? normalise(rows, 'norm-pre', pass) : rows;
}

/** Each patch as one row, its pixels row by row: [B x height x width, 3] -> [B x N, P x P x 3] */
function patchRows(x: tf.Tensor2D, { plan, batch }: VitPass): tf.Tensor2D {
  const { patchSize, channels } = plan.geometry;
  const { rows, columns } = plan.grid;
  const { height, width } = plan.input;
  const pixels: tf.Tensor4D = tf.reshape(x, [batch, height, width, channels]);
  const [used, across] = [rows * patchSize, columns * patchSize];
  const whole =
    used === height && across === width
      ? pixels
      : tf.slice(pixels, [0, 0, 0, 0], [-1, used, across, -1]);
  const lines = tf.reshape(whole, [batch, rows, patchSize, columns, patchSize * channels]);
  return tf.reshape(tf.transpose(lines, [0, 1, 3, 2, 4]), [
    batch * rows * columns,
    patchSize * patchSize * channels,
  ]);
}

/** Class token and registers, each [tokens, D], with those positions that the table has for them. */
function prefixTokens(
  { plan, parameters }: VitPass,
  positions: tf.Tensor2D | undefined,
): tf.Tensor2D[] {
  const { classToken, registers, hiddenSize } = plan.geometry;
  const tokens: tf.Tensor2D[] = [
    ...(classToken ? [tf.reshape<tf.Rank.R2>(parameters.get('class-token'), [1, hiddenSize])] : []),
    ...(registers > 0 ? [parameters.get<tf.Tensor2D>('registers')] : []),
  ];
  if (positions === undefined) {
    return tokens;
  }
  const covered = positions.shape[0];
  return tokens.map((token, i) => {
    const begin = tokens.slice(0, i).reduce((sum, { shape }) => sum + shape[0], 0);
    return begin < covered ? tf.add(token, tf.slice(positions, [begin, 0], token.shape)) : token;
  });
}

interface PlacedRows {
  /** [covered tokens of the prefix, D]; absent if the table covers none */
  readonly prefix?: tf.Tensor2D;
  /** [N, D] */
  readonly patches: tf.Tensor2D;
}

/** The table's rows for this grid; undefined where queries and keys are turned instead. */
function positionsOf({ plan, parameters }: VitPass): PlacedRows | undefined {
  const { positions } = plan.geometry;
  if (positions.kind === 'rotary') {
    return undefined;
  }
  const table = parameters.get<tf.Tensor2D>('positions');
  const covered = coveredPrefix(plan, positions.covers);
  if (covered === 0) {
    return { patches: resampled(table, plan) };
  }
  return {
    prefix: tf.slice(table, [0, 0], [covered, -1]),
    patches: resampled(tf.slice(table, [covered, 0], [-1, -1]), plan),
  };
}

type Covers = Extract<Positions, { kind: 'table' }>['covers'];

/** Tokens before the first patch that have a row in the table. */
function coveredPrefix({ geometry, prefix }: VitPlan, covers: Covers): number {
  switch (covers) {
    case 'patches':
      return 0;
    case 'class-and-patches':
      return geometry.classToken ? 1 : 0;
    case 'all':
      return prefix;
  }
}

/** The native grid's rows at this grid: [native x native, D] -> [N, D] */
function resampled(table: tf.Tensor2D, { geometry, patches, resampling }: VitPlan): tf.Tensor2D {
  if (resampling === undefined) {
    return table;
  }
  const native = nativeGrid(geometry);
  const { hiddenSize } = geometry;
  const lines = tf.matMul(resampling.rows, tf.reshape(table, [native, native * hiddenSize]));
  const grid = tf.reshape(lines, [-1, native, hiddenSize]); // [rows, native, D]
  return tf.reshape(tf.matMul(resampling.columns, grid), [patches, hiddenSize]);
}
