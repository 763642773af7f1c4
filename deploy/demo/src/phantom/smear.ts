/** A phantom blood smear: the picture of one white cell among red cells, as one laboratory would take it. */
import type { SeededRandom } from '@consilium/shared/crypto';
import { photograph } from './camera.js';
import { drawCellPlan, type CellKind, type CellPlan } from './cell-plan.js';
import { bell } from './distribution.js';
import type { Laboratory } from './laboratory.js';
import { drawRedCells } from './red-cells.js';
import { Slide } from './slide.js';
import { texture } from './texture.js';
import { drawWhiteCell, type DrawnCell } from './white-cell.js';

export interface SmearRequest {
  readonly cell: CellKind;
  readonly laboratory: Laboratory;
  /** Side of the square picture in pixels. */
  readonly size: number;
  readonly random: SeededRandom;
}

/** RGB pixels [size, size, 3], 8 bits, row by row. Equal requests with equal generators give equal bytes. */
export function drawSmear({ cell, laboratory, size, random }: SmearRequest): Uint8Array {
  const plan = drawCellPlan(cell, random);
  return drawPlannedSmear(plan, laboratory, size, random).pixels;
}

/** The picture of a planned cell, with the outlines of what was drawn. */
export function drawPlannedSmear(
  plan: CellPlan,
  laboratory: Laboratory,
  size: number,
  random: SeededRandom,
): { readonly pixels: Uint8Array; readonly cell: DrawnCell } {
  const slide = new Slide({ size, field: laboratory.field });
  drawPlasma(slide, random);
  drawRedCells(slide, laboratory.crowding, plan.radius, random);
  const offCentre = 0.03 * laboratory.field;
  const centre = [offCentre * bell(random), offCentre * bell(random)] as const;
  const cell = drawWhiteCell(slide, plan, centre, random);
  return { pixels: photograph(slide, laboratory.stain, laboratory.camera, random), cell };
}

/** The thin, uneven film of protein between the cells. */
function drawPlasma(slide: Slide, random: SeededRandom): void {
  const cloud = texture(slide.frame.field / 4, random);
  slide.paint(
    () => Infinity,
    (x, y) => ({ azure: 0, blue: 0.02, eosin: 0.05 + 0.04 * cloud(x, y) }),
  );
}
