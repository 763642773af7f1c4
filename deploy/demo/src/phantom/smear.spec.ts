import { seededRandom } from '@consilium/shared/crypto';
import { CELL_KINDS, type CellKind } from './cell-plan.js';
import { laboratories, type Laboratory } from './laboratory.js';
import { drawSmear } from './smear.js';

const SIZE = 64;
const three = laboratories(3, seededRandom('laboratories'));

function picture(cell: CellKind, laboratory: Laboratory, seed: string): Uint8Array {
  return drawSmear({ cell, laboratory, size: SIZE, random: seededRandom(seed) });
}

function meanColour(pixels: Uint8Array): readonly [number, number, number] {
  const mean = (channel: number) =>
    pixels.reduce((sum, value, index) => sum + (index % 3 === channel ? value : 0), 0) /
    (pixels.length / 3);
  return [mean(0), mean(1), mean(2)];
}

describe('drawSmear', () => {
  it('gives one byte for each of three channels of each pixel', () => {
    expect(picture('neutrophil', three[0] as Laboratory, 'a')).toHaveLength(SIZE * SIZE * 3);
  });

  it.each(CELL_KINDS)('draws the same %s from the same seed and another from another', (cell) => {
    const laboratory = three[1] as Laboratory;
    expect(picture(cell, laboratory, 'a')).toEqual(picture(cell, laboratory, 'a'));
    expect(picture(cell, laboratory, 'a')).not.toEqual(picture(cell, laboratory, 'b'));
  });

  it('leaves a stained nucleus in the middle, darker in green than the glass in the corner', () => {
    for (const laboratory of three) {
      const pixels = picture('lymphocyte', { ...laboratory, crowding: 0 }, 'a');
      const green = (row: number, column: number) => pixels[(row * SIZE + column) * 3 + 1] ?? 0;
      expect(green(SIZE / 2, SIZE / 2)).toBeLessThan(green(2, 2) * 0.7);
    }
  });

  it('shows visibly different colours from each of the three laboratories', () => {
    const colours = three.map((laboratory) => meanColour(picture('monocyte', laboratory, 'a')));
    const distance = (one: number, other: number) =>
      Math.hypot(...[0, 1, 2].map((c) => (colours[one]?.[c] ?? 0) - (colours[other]?.[c] ?? 0)));
    expect(Math.min(distance(0, 1), distance(0, 2), distance(1, 2))).toBeGreaterThan(15);
  });
});
