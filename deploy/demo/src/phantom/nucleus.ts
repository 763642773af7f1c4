/** The nucleus, the part by which a haematologist tells white cells apart first. */
import type { SeededRandom } from '@consilium/shared/crypto';
import { between, chance } from './distribution.js';
import { blob, difference, strand, union, type Shape } from './shape.js';

type Point = readonly [number, number];

export type NucleusPlan =
  | { readonly form: 'round'; readonly fill: number }
  | { readonly form: 'kidney'; readonly fill: number; readonly indentation: number }
  | {
      readonly form: 'lobed';
      /** Size of one lobe as a share of the cell's radius. */
      readonly fill: number;
      readonly lobes: number;
      /** Thickness of the bridges as a share of a lobe: near 0 in segmented, near 1 in band cells. */
      readonly bridge: number;
    };

/** Outline of a nucleus in a cell of the given radius (µm) around the origin. */
export function nucleusShape(plan: NucleusPlan, cellRadius: number, random: SeededRandom): Shape {
  switch (plan.form) {
    case 'round':
      return roundNucleus(plan.fill, cellRadius, random);
    case 'kidney':
      return kidneyNucleus(plan, cellRadius, random);
    case 'lobed':
      return lobedNucleus(plan, cellRadius, random);
  }
}

function roundNucleus(fill: number, cellRadius: number, random: SeededRandom): Shape {
  const radius = fill * cellRadius;
  const [x, y] = away(random, (cellRadius - radius) * between(random, 0.1, 0.8));
  const body = blob({ x, y, radius, wobble: 0.03, elongation: between(random, 1, 1.15) }, random);
  if (!chance(random, 0.3)) {
    return body;
  }
  const [notchX, notchY] = away(random, radius * 1.15);
  return difference(
    body,
    blob({ x: x + notchX, y: y + notchY, radius: radius * 0.25, wobble: 0, elongation: 1 }, random),
  );
}

function kidneyNucleus(
  plan: Extract<NucleusPlan, { form: 'kidney' }>,
  cellRadius: number,
  random: SeededRandom,
): Shape {
  const radius = plan.fill * cellRadius;
  const [sideX, sideY] = away(random, 1);
  const shift = (cellRadius - radius) * between(random, 0.2, 0.9);
  const body = blob(
    {
      x: -sideX * shift,
      y: -sideY * shift,
      radius,
      wobble: 0.06,
      elongation: between(random, 1.05, 1.3),
    },
    random,
  );
  const bite = radius * between(random, 0.5, 0.75);
  const distance = radius + bite - 2 * bite * plan.indentation - shift;
  const hollow = blob(
    { x: sideX * distance, y: sideY * distance, radius: bite, wobble: 0.08, elongation: 1.2 },
    random,
  );
  return difference(body, hollow);
}

/** Lobes like beads on a bent string: along an arc (C) or along one that turns back on itself (S and Z). */
function lobedNucleus(
  plan: Extract<NucleusPlan, { form: 'lobed' }>,
  cellRadius: number,
  random: SeededRandom,
): Shape {
  const size = plan.fill * cellRadius;
  const orbit = Math.max(0.1, cellRadius * between(random, 0.9, 1) - size * 1.05);
  const start = between(random, 0, 2 * Math.PI);
  const spread = Math.min(
    (2 * Math.PI) / Math.max(plan.lobes, 2),
    ((size * 2) / orbit) * between(random, 0.85, 1.15),
  );
  const bent = plan.lobes >= 3 && chance(random, 0.4);
  const string = Array.from({ length: plan.lobes }, (_, index): Point => {
    const inward =
      bent && index % 2 === 1 ? between(random, 0.05, 0.5) : between(random, 0.85, 1.1);
    const angle = start + index * spread * (bent ? 0.8 : 1);
    return [orbit * inward * Math.cos(angle), orbit * inward * Math.sin(angle)];
  });
  const centres = balanced(string, between(random, 0.3, 0.8));
  const lobes = centres.map(([x, y]) =>
    blob(
      {
        x,
        y,
        radius: size * between(random, 0.82, 1.15),
        wobble: 0.06,
        elongation: between(random, 1, 1.6),
      },
      random,
    ),
  );
  const bridges = centres.slice(1).map((centre, index) => {
    return strand(centres[index] as Point, centre, size * plan.bridge);
  });
  return union([...lobes, ...bridges], 0.18 * size);
}

/** The points moved so that their mean comes nearer to the origin by the given share. */
function balanced(points: readonly Point[], share: number): readonly Point[] {
  const mean = (axis: 0 | 1) => points.reduce((sum, point) => sum + point[axis], 0) / points.length;
  const [shiftX, shiftY] = [share * mean(0), share * mean(1)];
  return points.map(([x, y]): Point => [x - shiftX, y - shiftY]);
}

function away(random: SeededRandom, distance: number): Point {
  const angle = between(random, 0, 2 * Math.PI);
  return [distance * Math.cos(angle), distance * Math.sin(angle)];
}
