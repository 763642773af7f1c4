/** The crowd around the white cell: red cells with their pale centres, and a few platelets. */
import type { SeededRandom } from '@consilium/shared/crypto';
import { bell, between, chance } from './distribution.js';
import { blob } from './shape.js';
import type { Slide } from './slide.js';

const RED_CELL_RADIUS = 3.7;

/**
 * @param crowding red cells per 100 µm², 0 to about 2.
 * @param keptFree radius in µm around the origin that centres of red cells avoid.
 */
export function drawRedCells(
  slide: Slide,
  crowding: number,
  keptFree: number,
  random: SeededRandom,
): void {
  const reach = slide.frame.field / 2 + RED_CELL_RADIUS;
  const count = Math.round((crowding * (2 * reach) ** 2) / 100);
  for (let index = 0; index < count; index += 1) {
    const [x, y] = [between(random, -reach, reach), between(random, -reach, reach)];
    if (Math.hypot(x, y) < keptFree + RED_CELL_RADIUS * 0.45) {
      continue;
    }
    drawRedCell(slide, x, y, random);
  }
  while (chance(random, 0.3)) {
    drawPlatelet(slide, between(random, -reach, reach), between(random, -reach, reach), random);
  }
}

function drawRedCell(slide: Slide, x: number, y: number, random: SeededRandom): void {
  const radius = RED_CELL_RADIUS * (1 + 0.06 * bell(random));
  const shape = blob({ x, y, radius, wobble: 0.03, elongation: between(random, 1, 1.25) }, random);
  const haemoglobin = between(random, 0.75, 1.15);
  const pallor = between(random, 0.1, 0.75);
  slide.paint(
    shape,
    (_x, _y, depth) => {
      const inward = Math.min(1, Math.max(0, (depth - 0.35 * radius) / (0.5 * radius)));
      return { azure: 0.02, blue: 0, eosin: haemoglobin * (1 - pallor * inward * inward) };
    },
    0.9,
  );
}

function drawPlatelet(slide: Slide, x: number, y: number, random: SeededRandom): void {
  const radius = between(random, 0.8, 1.5);
  const shape = blob({ x, y, radius, wobble: 0.1, elongation: between(random, 1, 1.5) }, random);
  const azure = between(random, 0.3, 0.6);
  slide.paint(
    shape,
    (_x, _y, depth) => ({ azure: depth > 0.3 ? azure : azure / 2, blue: 0.2, eosin: 0.1 }),
    0.9,
  );
}
