import { seededRandom } from '@consilium/shared/crypto';
import { photograph, type Camera } from './camera.js';
import type { Absorbance } from './pigment.js';
import { Slide } from './slide.js';

const SIZE = 16;
const STAIN: Absorbance = { azure: [1, 2, 0.5], blue: [0.5, 0.4, 0.2], eosin: [0.1, 0.5, 0.4] };
const PLAIN: Camera = {
  light: [1, 1, 1],
  gamma: 1,
  contrast: 1,
  blur: 0,
  noise: 0,
  vignetting: 0,
};

function half(): Slide {
  const slide = new Slide({ size: SIZE, field: SIZE });
  slide.paint(
    (x) => 10 * x,
    () => ({ azure: 1, blue: 0, eosin: 0 }),
  );
  return slide;
}

function pixel(pixels: Uint8Array, row: number, column: number): readonly number[] {
  return [...pixels.subarray((row * SIZE + column) * 3, (row * SIZE + column) * 3 + 3)];
}

describe('photograph', () => {
  it('passes light by the law of Beer and Lambert, channel by channel', () => {
    const pixels = photograph(half(), STAIN, PLAIN, seededRandom('a'));
    expect(pixel(pixels, 3, 2)).toEqual([255, 255, 255]);
    const expected = STAIN.azure.map((absorbance) => Math.round(255 * Math.exp(-absorbance)));
    expect(pixel(pixels, 3, 13)).toEqual(expected);
  });

  it('shows the lamp on empty glass', () => {
    const camera: Camera = { ...PLAIN, light: [1, 0.8, 0.6] };
    const pixels = photograph(half(), STAIN, camera, seededRandom('a'));
    expect(pixel(pixels, 3, 2)).toEqual([255, 204, 153]);
  });

  it('blurs edges and leaves even ground as it is', () => {
    const pixels = photograph(half(), STAIN, { ...PLAIN, blur: 1 }, seededRandom('a'));
    const [left, edge, right] = [2, 8, 13].map((column) => pixel(pixels, 3, column)[1] ?? 0);
    expect(left).toBe(255);
    expect(edge).toBeGreaterThan((right ?? 0) + 10);
    expect(right).toBe(Math.round(255 * Math.exp(-STAIN.azure[1])));
  });

  it('darkens the corners when the lens does', () => {
    const pixels = photograph(
      new Slide({ size: SIZE, field: SIZE }),
      STAIN,
      { ...PLAIN, vignetting: 0.4 },
      seededRandom('a'),
    );
    expect(pixel(pixels, 0, 0)[0]).toBe(Math.round(255 * 0.6));
    expect(pixel(pixels, 8, 8)[0]).toBeGreaterThan(252);
  });
});
