import { seededRandom } from '@consilium/shared/crypto';
import { CELL_KINDS } from './cell-plan.js';
import { planSite, type PlannedImage, type Split } from './dataset-plan.js';
import { laboratories, type Laboratory } from './laboratory.js';

const sites = laboratories(4, seededRandom('sites'));
const plans = sites.map((site) => planSite(site, 150, seededRandom(site.name)));

function countByLabel(images: readonly PlannedImage[], split: Split): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const image of images.filter((one) => one.split === split)) {
    counts[image.label] = (counts[image.label] ?? 0) + 1;
  }
  return counts;
}

describe('planSite', () => {
  it('plans as many pictures as asked for, each in a file of its own', () => {
    for (const plan of plans) {
      expect(plan).toHaveLength(150);
    }
    expect(new Set(plans.flat().map(({ file }) => file)).size).toBe(600);
  });

  it('keeps all cells of a patient in one split, and gives patients several cells', () => {
    const splits = new Map<string, Set<Split>>();
    for (const { patient, split } of plans.flat()) {
      splits.set(patient, (splits.get(patient) ?? new Set()).add(split));
    }
    expect([...splits.values()].filter((of) => of.size > 1)).toEqual([]);
    expect(splits.size).toBeLessThan(600 / 2);
  });

  it('follows the mix of the laboratory in training, to the nearest picture', () => {
    sites.forEach((site, index) => {
      const counts = countByLabel(plans[index] ?? [], 'train');
      for (const kind of CELL_KINDS) {
        const expected = (site.mix[kind] ?? 0) * 90;
        expect(Math.abs((counts[kind] ?? 0) - expected)).toBeLessThan(1);
      }
    });
  });

  it('asks for every kind equally often in the test split', () => {
    for (const plan of plans) {
      const counts = Object.values(countByLabel(plan, 'test'));
      expect(counts).toHaveLength(CELL_KINDS.length);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    }
  });

  it('refuses a site too small for three splits', () => {
    expect(() => planSite(sites[0] as Laboratory, 3, seededRandom('a'))).toThrow(RangeError);
  });
});
