/**
 * Draws the pictures that the demo's backbone is made from: cells under stains and cameras drawn at random, with what is
 * true of each drawing beside it. Nothing in it names the five kinds of cell.
 */
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom, type SeededRandom } from '@consilium/shared/crypto';
import { CELL_KINDS, drawCellPlan, drawMixedPlan, type CellPlan } from './cell-plan.js';
import { between, chance, pick } from './distribution.js';
import { drawLaboratory } from './laboratory.js';
import { drawPlannedSmear } from './smear.js';
import type { DrawnCell } from './white-cell.js';

/** Side of a picture in pixels: larger than the backbone's 64, so that training can crop. */
const SIZE = 80;
const MIXED_SHARE = 0.35;

interface Example {
  readonly pixels: Uint8Array;
  /** One byte a pixel: 0 outside the cell, 1 cytoplasm, 2 nucleus. */
  readonly parts: Uint8Array;
  readonly attributes: Readonly<Record<string, number>>;
}

/** Writes `images.bin` [n, 80, 80, 3], `parts.bin` [n, 80, 80] (both bytes) and `attributes.csv` (one line a picture). */
export function writePretrainingSet(folder: string, count: number, seed: string): void {
  mkdirSync(folder, { recursive: true });
  const images = openSync(join(folder, 'images.bin'), 'w');
  const parts = openSync(join(folder, 'parts.bin'), 'w');
  const lines: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const example = drawExample(seededRandom(`${seed}/pretraining/${index}`));
    writeSync(images, example.pixels);
    writeSync(parts, example.parts);
    if (index === 0) {
      lines.push(Object.keys(example.attributes).join(','));
    }
    lines.push(Object.values(example.attributes).join(','));
  }
  closeSync(images);
  closeSync(parts);
  writeFileSync(join(folder, 'attributes.csv'), `${lines.join('\n')}\n`);
}

function drawExample(random: SeededRandom): Example {
  const plan = chance(random, MIXED_SHARE)
    ? drawMixedPlan(random)
    : drawCellPlan(pick(random, CELL_KINDS), random);
  const usual = drawLaboratory('pretraining', 0, random);
  const laboratory = {
    ...usual,
    // Half of the pictures are framed to the cell, as a detector's crops are, the others to the lens.
    field: chance(random, 0.5) ? plan.radius * between(random, 2.2, 3.6) : usual.field,
  };
  const { pixels, cell } = drawPlannedSmear(plan, laboratory, SIZE, random);
  const parts = partsOf(cell, laboratory.field);
  return { pixels, parts, attributes: attributesOf(plan, parts, laboratory.field) };
}

function partsOf(cell: DrawnCell, field: number): Uint8Array {
  const pitch = field / SIZE;
  return Uint8Array.from({ length: SIZE * SIZE }, (_, pixel) => {
    const x = ((pixel % SIZE) + 0.5) * pitch - field / 2;
    const y = (Math.floor(pixel / SIZE) + 0.5) * pitch - field / 2;
    if (cell.nucleus(x, y) > 0) {
      return 2;
    }
    return cell.body(x, y) > 0 ? 1 : 0;
  });
}

/** Classes are whole numbers (`form`, `lobes`); all else is a measure that training scales itself. */
function attributesOf(
  plan: CellPlan,
  parts: Uint8Array,
  field: number,
): Readonly<Record<string, number>> {
  const { nucleus, granules, cytoplasm, chromatin } = plan;
  const nuclear = parts.filter((part) => part === 2).length;
  const inside = parts.filter((part) => part > 0).length;
  const covered = granules.density * granules.radius ** 2 * granules.opacity;
  return {
    form: ['round', 'kidney', 'lobed'].indexOf(nucleus.form),
    lobes: nucleus.form === 'lobed' ? nucleus.lobes - 1 : 0,
    indentation: nucleus.form === 'kidney' ? nucleus.indentation : 0,
    bridge: nucleus.form === 'lobed' ? nucleus.bridge : 1,
    nuclearShare: nuclear / Math.max(1, inside),
    radius: plan.radius,
    framing: plan.radius / field,
    chromatin: chromatin.azure,
    clumping: chromatin.clumping,
    cytoplasmAzure: cytoplasm.azure,
    cytoplasmBlue: cytoplasm.blue,
    cytoplasmEosin: cytoplasm.eosin,
    granuleRadius: granules.radius * granules.opacity,
    granuleCover: covered,
    granuleAzure: covered * granules.pigments.azure,
    granuleEosin: covered * granules.pigments.eosin,
    granulesOverNucleus: covered * granules.overNucleus,
    vacuoles: plan.vacuoles,
  };
}
