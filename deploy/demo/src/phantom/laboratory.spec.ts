import { seededRandom } from '@consilium/shared/crypto';
import { CELL_KINDS } from './cell-plan.js';
import { laboratories, slideVariation, type Laboratory } from './laboratory.js';

describe('laboratories', () => {
  it('starts with the three named ones and draws the others from the seed', () => {
    const five = laboratories(5, seededRandom('a'));
    expect(five.map(({ name }) => name)).toEqual([
      'northgate',
      'riverside',
      'hillcrest',
      'laboratory-4',
      'laboratory-5',
    ]);
    expect(five).toEqual(laboratories(5, seededRandom('a')));
    expect(five[4]).not.toEqual(laboratories(5, seededRandom('b'))[4]);
  });

  it('lets no laboratory see every kind, and lets all of them together see every kind', () => {
    for (const count of [3, 6]) {
      const mixes = laboratories(count, seededRandom('a')).map(({ mix }) => Object.keys(mix));
      expect(Math.max(...mixes.map((kinds) => kinds.length))).toBeLessThan(CELL_KINDS.length);
      expect(new Set(mixes.flat())).toEqual(new Set(CELL_KINDS));
    }
  });

  it.each([0, 1.5, Number.NaN])('refuses %p laboratories', (count) => {
    expect(() => laboratories(count, seededRandom('a'))).toThrow(RangeError);
  });
});

describe('slideVariation', () => {
  it('changes the stain a little and nothing that belongs to the laboratory', () => {
    const laboratory = laboratories(1, seededRandom('a'))[0] as Laboratory;
    const slide = slideVariation(laboratory, seededRandom('slide'));
    expect(slide.stain).not.toEqual(laboratory.stain);
    expect(slide.camera.light).toEqual(laboratory.camera.light);
    expect(slide.mix).toEqual(laboratory.mix);
    expect(slide.field).toBe(laboratory.field);
  });
});
