import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { requireModel } from './catalogue.js';
import { activationBytes, forwardOperations, loadBytes } from './cost.js';

const counted = JSON.parse(
  readFileSync(join(__dirname, 'vectors/operations.json'), 'utf8'),
) as Record<string, number>;

describe('the cost of a backbone', () => {
  it.each(Object.entries(counted))('%s takes as many operations as torch counts', (id, count) => {
    const { geometry } = requireModel(id);
    const size = { height: geometry.imageSize, width: geometry.imageSize };
    expect(Math.abs(forwardOperations(geometry, size) / count - 1)).toBeLessThan(0.02);
  });

  it('is four bytes a number to load, and the largest tensor once more', () => {
    const bytes = loadBytes(requireModel('rad-dino').geometry);
    expect(bytes).toBe(4 * (86_579_712 + 3072 * 768));
  });

  it('grows with the square of the tokens where every token looks at every other', () => {
    const { geometry } = requireModel('dinov2-base');
    const at = (side: number) => activationBytes(geometry, { height: side, width: side });
    expect(at(518) / at(224)).toBeGreaterThan((518 / 224) ** 2);
    expect(at(224)).toBeGreaterThan(12 * 257 * 4 * (7 * 768 + 2 * 3072));
  });

  it('counts a gated layer as three, and windows as smaller than the picture', () => {
    const { geometry } = requireModel('h0-mini');
    if (geometry.architecture !== 'vit') {
      throw new Error('H0-mini is a vit');
    }
    const size = { height: 224, width: 224 };
    const plain = { ...geometry, feedForward: 'mlp' as const };
    expect(forwardOperations(geometry, size)).toBeGreaterThan(forwardOperations(plain, size));
    const sam = requireModel('medsam').geometry;
    if (sam.architecture !== 'sam') {
      throw new Error('MedSAM is a sam');
    }
    const everywhere = { ...sam, globalBlocks: Array.from({ length: 12 }, (_, i) => i) };
    const large = { height: 1024, width: 1024 };
    expect(forwardOperations(sam, large)).toBeLessThan(forwardOperations(everywhere, large));
  });
});
