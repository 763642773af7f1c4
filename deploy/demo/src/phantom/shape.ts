/** Outlines as functions: a shape answers how deep a point lies inside it, so edges are smooth at any size of picture. */
import type { SeededRandom } from '@consilium/shared/crypto';
import { bell, between } from './distribution.js';

/** Depth of a point in µm: positive inside, 0 on the outline, negative outside. */
export type Shape = (x: number, y: number) => number;

export interface BlobOptions {
  readonly x: number;
  readonly y: number;
  /** Mean radius in µm. */
  readonly radius: number;
  /** Size of the bumps of the outline as a share of the radius; 0 is a smooth ellipse. */
  readonly wobble: number;
  /** Long axis over short axis, 1 for a circle. */
  readonly elongation: number;
}

const HARMONICS = [2, 3, 4, 5, 7] as const;

/** A round body with an uneven outline. */
export function blob(options: BlobOptions, random: SeededRandom): Shape {
  const { x: centreX, y: centreY, radius, wobble, elongation } = options;
  const turn = between(random, 0, 2 * Math.PI);
  const stretch = Math.sqrt(elongation);
  const [cosine, sine] = [Math.cos(turn), Math.sin(turn)];
  const bumps = HARMONICS.map((order) => ({
    order,
    size: (wobble * bell(random)) / Math.sqrt(order),
    phase: between(random, 0, 2 * Math.PI),
  }));
  const farthest = radius * (1 + bumps.reduce((sum, bump) => sum + Math.abs(bump.size), 0)) + 1;
  return (x, y) => {
    const along = ((x - centreX) * cosine + (y - centreY) * sine) / stretch;
    const across = ((y - centreY) * cosine - (x - centreX) * sine) * stretch;
    const distance = length(along, across);
    if (distance > farthest) {
      return radius - distance;
    }
    const angle = Math.atan2(across, along);
    let edge = 1;
    for (const bump of bumps) {
      edge += bump.size * Math.cos(bump.order * angle + bump.phase);
    }
    return radius * edge - distance;
  };
}

/** A strand of even thickness between two points, such as the bridge between two lobes. */
export function strand(
  from: readonly [number, number],
  to: readonly [number, number],
  radius: number,
): Shape {
  const [spanX, spanY] = [to[0] - from[0], to[1] - from[1]];
  const squared = Math.max(spanX * spanX + spanY * spanY, 1e-9);
  return (x, y) => {
    const share = ((x - from[0]) * spanX + (y - from[1]) * spanY) / squared;
    const near = Math.min(1, Math.max(0, share));
    return radius - length(x - from[0] - near * spanX, y - from[1] - near * spanY);
  };
}

/** All shapes as one, joined with fillets of about `fillet` µm (polynomial smooth maximum). */
export function union(shapes: readonly Shape[], fillet: number): Shape {
  return (x, y) => {
    let depth = -Infinity;
    for (const shape of shapes) {
      const next = shape(x, y);
      const overlap = Math.max(0, fillet - Math.abs(depth - next));
      depth = Math.max(depth, next) + (overlap * overlap) / (4 * fillet);
    }
    return depth;
  };
}

/** The first shape without the second. */
export function difference(shape: Shape, removed: Shape): Shape {
  return (x, y) => Math.min(shape(x, y), -removed(x, y));
}

/** Share of a point that the shape covers, from 0 to 1, when its edge is `softness` µm wide. */
export function coverage(depth: number, softness: number): number {
  return Math.min(1, Math.max(0, 0.5 + depth / softness));
}

/** Length of a vector; several times faster than `Math.hypot`, whose care about overflow pictures do not need. */
export function length(x: number, y: number): number {
  return Math.sqrt(x * x + y * y);
}
