/**
 * Rotary positions in two dimensions, as DINOv3 has them (Siméoni et al. 2025, arXiv 2508.10104; Su et al. 2021, arXiv
 * 2104.09864): pairs of a head's features are turned by angles that grow with a patch's place, so that the product of a query
 * and a key depends on how far apart they are. Features i and i + d/2 are a pair; the first half of the pairs turns with the
 * row, the second with the column.
 */
import * as tf from '@tensorflow/tfjs-core';

export interface RotaryTables {
  /** [tokens, headSize] */
  readonly cosines: tf.Tensor2D;
  /** [tokens, headSize], negative in the first half, where the partner is subtracted. */
  readonly sines: tf.Tensor2D;
}

interface RotaryOptions {
  /** Tokens before the first patch, which are not turned. */
  readonly prefix: number;
  /** A multiple of 4. */
  readonly headSize: number;
  readonly theta: number;
}

/** Whoever calls frees the tables. */
export function rotaryTables(
  grid: { readonly rows: number; readonly columns: number },
  { prefix, headSize, theta }: RotaryOptions,
): RotaryTables {
  const angles = [
    ...Array.from({ length: prefix }, () => Array<number>(headSize / 2).fill(0)),
    ...patchAngles(grid, headSize / 4, theta),
  ];
  return {
    cosines: tf.tensor2d(angles.map((row) => [...row, ...row].map(Math.cos))),
    sines: tf.tensor2d(
      angles.map((row) => {
        const sines = row.map(Math.sin);
        return [...sines.map((sine) => -sine), ...sines];
      }),
    ),
  };
}

/**
 * x turned by its place: [batch, heads, tokens, headSize], same shape.
 * @param tables for the last tokens of x; any before them, which an adaptation has added at the front, are left as they are
 */
export function rotate(x: tf.Tensor4D, tables: RotaryTables): tf.Tensor4D {
  const [, , tokens, headSize] = x.shape;
  const half = headSize / 2;
  const { cosines, sines } = withUnturned(tokens - tables.cosines.shape[0], tables);
  const partners = tf.concat(
    [
      tf.slice(x, [0, 0, 0, half], [-1, -1, -1, half]),
      tf.slice(x, [0, 0, 0, 0], [-1, -1, -1, half]),
    ],
    3,
  );
  return tf.add(tf.mul(x, cosines), tf.mul(partners, sines));
}

function withUnturned(added: number, tables: RotaryTables): RotaryTables {
  if (added === 0) {
    return tables;
  }
  const shape: [number, number] = [added, tables.cosines.shape[1]];
  return {
    cosines: tf.concat([tf.ones<tf.Rank.R2>(shape), tables.cosines]),
    sines: tf.concat([tf.zeros<tf.Rank.R2>(shape), tables.sines]),
  };
}

/** One row a patch: the angles of its row's place, then those of its column's. Places run from -1 to 1 between the edges. */
function patchAngles(
  { rows, columns }: { readonly rows: number; readonly columns: number },
  frequencies: number,
  theta: number,
): number[][] {
  const anglesAt = (place: number, places: number) =>
    Array.from({ length: frequencies }, (_, k) => {
      const coordinate = (2 * (place + 0.5)) / places - 1;
      return 2 * Math.PI * coordinate * theta ** (-k / frequencies);
    });
  return Array.from({ length: rows * columns }, (_, patch) => [
    ...anglesAt(Math.floor(patch / columns), rows),
    ...anglesAt(patch % columns, columns),
  ]);
}
