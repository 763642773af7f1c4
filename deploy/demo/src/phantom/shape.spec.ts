import { seededRandom } from '@consilium/shared/crypto';
import { blob, coverage, difference, strand, union } from './shape.js';

const disc = blob({ x: 1, y: 0, radius: 2, wobble: 0, elongation: 1 }, seededRandom('disc'));
const other = blob({ x: 6, y: 0, radius: 2, wobble: 0, elongation: 1 }, seededRandom('other'));

describe('shapes', () => {
  it('give the depth in µm: positive inside, zero on the outline, negative outside', () => {
    expect(disc(1, 0)).toBeCloseTo(2);
    expect(disc(3, 0)).toBeCloseTo(0);
    expect(disc(1, 7)).toBeCloseTo(-5);
  });

  it('keep the mean radius however uneven the outline', () => {
    const rough = blob({ x: 0, y: 0, radius: 5, wobble: 0.1, elongation: 1 }, seededRandom('a'));
    const depths = Array.from({ length: 360 }, (_, degree) => {
      const angle = (degree * Math.PI) / 180;
      return rough(5 * Math.cos(angle), 5 * Math.sin(angle));
    });
    expect(depths.reduce((sum, depth) => sum + depth, 0) / 360).toBeCloseTo(0, 1);
    expect(Math.max(...depths)).toBeGreaterThan(0.1);
  });

  it('join by union, and a strand bridges them', () => {
    const apart = union([disc, other], 0.1);
    const bridged = union([disc, other, strand([1, 0], [6, 0], 0.5)], 0.1);
    expect(apart(1, 0)).toBeGreaterThan(0);
    expect(apart(6, 0)).toBeGreaterThan(0);
    expect(apart(3.5, 0)).toBeLessThan(0);
    expect(bridged(3.5, 0)).toBeGreaterThan(0.4);
  });

  it('lose what is taken away by difference', () => {
    const bitten = difference(disc, strand([1, 0], [1, 0], 1));
    expect(bitten(1, 0)).toBeLessThan(0);
    expect(bitten(2.5, 0)).toBeGreaterThan(0);
  });

  it('cover half of a point on the outline and all of one well inside', () => {
    expect(coverage(0, 0.4)).toBe(0.5);
    expect(coverage(1, 0.4)).toBe(1);
    expect(coverage(-1, 0.4)).toBe(0);
  });
});
