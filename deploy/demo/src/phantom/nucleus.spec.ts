import { seededRandom } from '@consilium/shared/crypto';
import { nucleusShape, type NucleusPlan } from './nucleus.js';
import type { Shape } from './shape.js';

const RADIUS = 7;

/** Share of the cell that the shape covers, on a grid of 0.2 µm. */
function coveredShare(shape: Shape): number {
  let [inside, all] = [0, 0];
  for (let x = -RADIUS; x <= RADIUS; x += 0.2) {
    for (let y = -RADIUS; y <= RADIUS; y += 0.2) {
      if (Math.hypot(x, y) < RADIUS) {
        all += 1;
        inside += shape(x, y) > 0 ? 1 : 0;
      }
    }
  }
  return inside / all;
}

function meanShare(plan: NucleusPlan): number {
  const shares = Array.from({ length: 20 }, (_, index) => {
    return coveredShare(nucleusShape(plan, RADIUS, seededRandom(`nucleus-${index}`)));
  });
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

describe('nucleusShape', () => {
  it('fills most of the cell when round and full', () => {
    expect(meanShare({ form: 'round', fill: 0.9 })).toBeGreaterThan(0.7);
  });

  it('loses ground to a deeper indentation when kidney-shaped', () => {
    const shallow = meanShare({ form: 'kidney', fill: 0.75, indentation: 0.2 });
    const deep = meanShare({ form: 'kidney', fill: 0.75, indentation: 0.7 });
    expect(deep).toBeLessThan(shallow * 0.9);
  });

  it('covers more of the cell with every lobe', () => {
    const two = meanShare({ form: 'lobed', fill: 0.3, lobes: 2, bridge: 0.2 });
    const four = meanShare({ form: 'lobed', fill: 0.3, lobes: 4, bridge: 0.2 });
    expect(four).toBeGreaterThan(two * 1.3);
  });
});
