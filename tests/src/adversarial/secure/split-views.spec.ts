/**
 * A coordinator that shows something else to half of the sites and then ignores that their documents disagree: what it opens is
 * noise. security.md 7.1, cases 23 and 65.
 */
import { secureContext } from '@consilium/shared/secagg';
import { hashOf, masked, maskedSites, PARTS, ringSumOf, unmasked } from './masked-sites.js';

const WORDS = 4096;
const sites = maskedSites(6);
const survivors = sites.map(({ siteId }) => siteId);
const [half, others] = [sites.slice(0, 3), sites.slice(3)];
const update = new Uint32Array(WORDS).fill(5);
const expected = ringSumOf(sites.map(() => update));
const context = secureContext(PARTS);

/** The sum when half of the sites masked for one context and the others for another one, and those for so many sharers. */
function opened(otherContext: Uint8Array, shown = sites): Uint32Array {
  const vectors = [
    ...half.map((site) => masked(site, update, sites, context)),
    ...others.map((site) => masked(site, update, shown, otherContext)),
  ];
  return unmasked(vectors, { sites, survivors, context });
}

/** Right words are as rare as chance makes them, and each bit is set in half of the words, within six standard deviations. */
function expectNoise(sum: Uint32Array): void {
  expect(sum.filter((word, i) => word === expected[i]).length).toBeLessThan(2);
  for (let bit = 0; bit < 32; bit += 1) {
    const set = sum.reduce((count, word) => count + ((word >>> bit) & 1), 0);
    expect(Math.abs(set - WORDS / 2)).toBeLessThan(3 * Math.sqrt(WORDS));
  }
}

describe('a coordinator that shows half of the sites something else', () => {
  it('opens the sum when it shows the same to all', () => {
    expect(opened(context)).toEqual(expected);
  });

  it('opens noise when it shows another model (case 23)', () => {
    expectNoise(opened(secureContext({ ...PARTS, manifestHash: hashOf('a') })));
  });

  it('opens noise when it shows other peers', () => {
    expectNoise(opened(secureContext({ ...PARTS, peersHash: hashOf('b') })));
  });

  it('opens noise when it shows another list of sharers, whichever sites are on it (case 65)', () => {
    const other = secureContext({ ...PARTS, sharersHash: hashOf('c') });
    expectNoise(opened(other));
    expectNoise(opened(other, [...sites.slice(1, 3), ...others]));
    expectNoise(opened(context, [...sites.slice(1, 3), ...others]));
  });
});
