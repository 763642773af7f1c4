/** Draws one planned white cell in the centre of a slide. */
import type { SeededRandom } from '@consilium/shared/crypto';
import type { CellPlan, GranulePlan } from './cell-plan.js';
import { bell, between } from './distribution.js';
import { nucleusShape } from './nucleus.js';
import type { Pigments } from './pigment.js';
import { blob, type Shape } from './shape.js';
import type { Slide } from './slide.js';
import { texture } from './texture.js';

const NO_PIGMENT: Pigments = { azure: 0, blue: 0, eosin: 0 };

/** Where the parts of a drawn cell lie. */
export interface DrawnCell {
  readonly body: Shape;
  readonly nucleus: Shape;
}

interface CellArea {
  readonly body: Shape;
  readonly centre: readonly [number, number];
  /** Mean radius in µm. */
  readonly radius: number;
}

/** @param centre position of the cell in µm. */
export function drawWhiteCell(
  slide: Slide,
  plan: CellPlan,
  centre: readonly [number, number],
  random: SeededRandom,
): DrawnCell {
  const body = moved(
    blob(
      { x: 0, y: 0, radius: plan.radius, wobble: plan.wobble, elongation: plan.elongation },
      random,
    ),
    centre,
  );
  const free = moved(nucleusShape(plan.nucleus, plan.radius, random), centre);
  const nucleus: Shape = (x, y) => Math.min(free(x, y), body(x, y) - 0.15);
  paintCytoplasm(slide, plan, body, random);
  for (let count = 0; count < plan.vacuoles; count += 1) {
    const spot = { ...scattered(plan.radius, centre, random), radius: between(random, 0.2, 0.6) };
    slide.dot(spot, NO_PIGMENT, 0.6);
  }
  const area = { body, centre, radius: plan.radius };
  const granules = Math.round((plan.granules.density * Math.PI * plan.radius ** 2) / 100);
  const over = Math.round(granules * plan.granules.overNucleus);
  paintGranules(slide, plan.granules, granules - over, area, random);
  paintNucleus(slide, plan, nucleus, random);
  paintGranules(slide, plan.granules, over, area, random);
  return { body, nucleus };
}

function paintCytoplasm(slide: Slide, plan: CellPlan, body: Shape, random: SeededRandom): void {
  const cloud = texture(1.1, random);
  const rim = between(random, 0, 0.35);
  const { azure, blue, eosin } = plan.cytoplasm;
  slide.paint(body, (x, y, depth) => {
    const edge = depth < 0.7 ? 1 + rim : 1;
    const amount = edge * (1 + 0.3 * cloud(x, y));
    return { azure: azure * amount, blue: blue * amount, eosin: eosin * amount };
  });
}

function paintNucleus(slide: Slide, plan: CellPlan, nucleus: Shape, random: SeededRandom): void {
  const clumps = texture(between(random, 0.5, 1), random);
  const shade = texture(2.5, random);
  const { azure, clumping } = plan.chromatin;
  const eosin = between(random, 0, 0.2);
  slide.paint(nucleus, (x, y, depth) => {
    const membrane = depth < 0.4 ? 0.08 : 0;
    const amount = 1 + membrane + 0.45 * clumping * clumps(x, y) + 0.15 * shade(x, y);
    return { azure: azure * amount, blue: 0.1, eosin };
  });
}

function paintGranules(
  slide: Slide,
  plan: GranulePlan,
  count: number,
  area: CellArea,
  random: SeededRandom,
): void {
  const { radius, pigments, opacity } = plan;
  for (let index = 0; index < count; index += 1) {
    const spot = scattered(area.radius, area.centre, random);
    const size = radius * (1 + 0.2 * bell(random));
    if (area.body(spot.x, spot.y) > size * 0.7) {
      const amount = 1 + 0.2 * bell(random);
      const material = {
        azure: pigments.azure * amount,
        blue: pigments.blue * amount,
        eosin: pigments.eosin * amount,
      };
      slide.dot({ ...spot, radius: size }, material, opacity);
    }
  }
}

function scattered(
  radius: number,
  centre: readonly [number, number],
  random: SeededRandom,
): { readonly x: number; readonly y: number } {
  const distance = radius * 1.1 * Math.sqrt(random.uniform());
  const angle = between(random, 0, 2 * Math.PI);
  return {
    x: centre[0] + distance * Math.cos(angle),
    y: centre[1] + distance * Math.sin(angle),
  };
}

function moved(shape: Shape, centre: readonly [number, number]): Shape {
  return (x, y) => shape(x - centre[0], y - centre[1]);
}
