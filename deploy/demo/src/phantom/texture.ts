/** Smooth random unevenness: the clumps of chromatin, the cloudiness of cytoplasm and plasma. */
import type { SeededRandom } from '@consilium/shared/crypto';
import { between } from './distribution.js';

/** A value in [-1, 1] for every point in µm. */
export type Texture = (x: number, y: number) => number;

const LATTICE = 32;

/** Value noise on a repeating lattice. @param grain distance of neighbouring lattice points in µm. */
export function texture(grain: number, random: SeededRandom): Texture {
  const values = Float32Array.from({ length: LATTICE * LATTICE }, () => between(random, -1, 1));
  const turn = between(random, 0, 2 * Math.PI);
  const [cosine, sine] = [Math.cos(turn) / grain, Math.sin(turn) / grain];
  const at = (column: number, row: number) =>
    values[(row & (LATTICE - 1)) * LATTICE + (column & (LATTICE - 1))] as number;
  return (x, y) => {
    const u = x * cosine + y * sine;
    const v = y * cosine - x * sine;
    const [column, row] = [Math.floor(u), Math.floor(v)];
    const [s, t] = [ease(u - column), ease(v - row)];
    const upper = at(column, row) * (1 - s) + at(column + 1, row) * s;
    const lower = at(column, row + 1) * (1 - s) + at(column + 1, row + 1) * s;
    return upper * (1 - t) + lower * t;
  };
}

function ease(share: number): number {
  return share * share * (3 - 2 * share);
}
