/**
 * Relative positions, decomposed (Li et al. 2021, arXiv 2112.01526, section 4.1; get_decomposed_rel_pos of Segment Anything): the
 * score of a query at (row, column) for a key is raised by its product with the embedding of how far the key is away down, and
 * with that of how far it is away across.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Grid } from './grid.js';

/** An area of patches that attend to one another. */
export interface AreaPlan extends Grid {
  readonly tokens: number;
  /** Absent where the model has no relative positions. */
  readonly relative?: {
    readonly down: AxisPlan;
    readonly across: AxisPlan;
    /** For each key of the area, 1 at its row and at its column: [1, tokens, rows + columns] */
    readonly keyPlaces: tf.Tensor3D;
  };
}

interface AxisPlan {
  readonly size: number;
  /** Row of the table for each query and key, query after query: [size x size] */
  readonly distances: tf.Tensor1D;
  /** From the table to one for this size: [2 size - 1, rows of the table]; absent if it is for this size. */
  readonly stretch?: tf.Tensor2D;
}

/** @param native side of the area that the tables were made for, in patches */
export function planArea({ rows, columns }: Grid, native: number, relative: boolean): AreaPlan {
  const tokens = rows * columns;
  if (!relative) {
    return { rows, columns, tokens };
  }
  const places = tf.buffer<tf.Rank.R3>([1, tokens, rows + columns]);
  for (let token = 0; token < tokens; token += 1) {
    places.set(1, 0, token, Math.floor(token / columns));
    places.set(1, 0, token, rows + (token % columns));
  }
  const down = planAxis(rows, native);
  const across = planAxis(columns, native);
  return { rows, columns, tokens, relative: { down, across, keyPlaces: places.toTensor() } };
}

export function disposeArea({ relative }: AreaPlan): void {
  for (const axis of [relative?.down, relative?.across]) {
    tf.dispose([axis?.distances ?? {}, axis?.stretch ?? {}]);
  }
  tf.dispose(relative?.keyPlaces ?? {});
}

/**
 * What each query has for each row and each column of its area; the product with `keyPlaces` is what its scores are raised by.
 * @param query [G, tokens, headSize], G areas times heads; not scaled
 * @param down [2 native - 1, headSize], the table of rows @param across the same, of columns
 * @returns [G, tokens, rows + columns]
 */
export function relativeTerms(
  query: tf.Tensor3D,
  down: tf.Tensor2D,
  across: tf.Tensor2D,
  { rows, columns, relative }: AreaPlan & Required<Pick<AreaPlan, 'relative'>>,
): tf.Tensor3D {
  const [groups, tokens, headSize] = query.shape;
  const grid = tf.reshape(query, [groups, rows, columns, headSize]);
  const byRow = tf.matMul(
    tf.reshape(tf.transpose(grid, [1, 0, 2, 3]), [rows, groups * columns, headSize]),
    embeddings(down, relative.down),
    false,
    true,
  ); // [rows, G x columns, rows]
  const byColumn = tf.matMul(
    tf.reshape(tf.transpose(grid, [2, 0, 1, 3]), [columns, groups * rows, headSize]),
    embeddings(across, relative.across),
    false,
    true,
  ); // [columns, G x rows, columns]
  const downwards = tf.transpose(tf.reshape(byRow, [rows, groups, columns, rows]), [1, 0, 2, 3]);
  const sideways = tf.transpose(
    tf.reshape(byColumn, [columns, groups, rows, columns]),
    [1, 2, 0, 3],
  );
  return tf.concat(
    [
      tf.reshape<tf.Rank.R3>(downwards, [groups, tokens, rows]),
      tf.reshape<tf.Rank.R3>(sideways, [groups, tokens, columns]),
    ],
    2,
  );
}

function planAxis(size: number, native: number): AxisPlan {
  const distances = Int32Array.from(
    { length: size * size },
    (_, i) => Math.floor(i / size) - (i % size) + size - 1,
  );
  const plan = { size, distances: tf.tensor1d(distances, 'int32') };
  return size === native ? plan : { ...plan, stretch: linearStretch(2 * native - 1, 2 * size - 1) };
}

/** The embedding of each distance: [size, size, headSize], query, key */
function embeddings(table: tf.Tensor2D, { size, distances, stretch }: AxisPlan): tf.Tensor3D {
  const fitting = stretch === undefined ? table : tf.matMul(stretch, table);
  return tf.reshape(tf.gather(fitting, distances), [size, size, table.shape[1]]);
}

/** PyTorch's interpolate(mode='linear', align_corners=False) as a matrix: [to, from] */
function linearStretch(from: number, to: number): tf.Tensor2D {
  const matrix = tf.buffer<tf.Rank.R2>([to, from]);
  for (let row = 0; row < to; row += 1) {
    const point = Math.max(0, ((row + 0.5) * from) / to - 0.5);
    const left = Math.min(Math.floor(point), from - 1);
    const right = Math.min(left + 1, from - 1);
    matrix.set(matrix.get(row, left) + 1 - (point - left), row, left);
    matrix.set(matrix.get(row, right) + point - left, row, right);
  }
  return matrix.toTensor();
}
