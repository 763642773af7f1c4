/** A site whose masked vector is none that quantising makes, so that the sum wraps. security.md 7.1, case 34. */
import { exceedsNorm } from '@consilium/shared/aggregation';
import { encodeFloat } from '@consilium/shared/encoding';
import { secureContext } from '@consilium/shared/secagg';
import { quantise, type TensorSchema } from '@consilium/shared/tensors';
import { masked, maskedSites, PARTS, ringSumOf, unmasked } from './masked-sites.js';

const COORDINATES = 64;
const RANGE = encodeFloat(0.5);
const SCHEMA: TensorSchema = [
  { name: 'head', shape: [COORDINATES], range: RANGE, init: { kind: 'zeros' } },
];
/** Each honest delta has this norm, so that no mean of them has a larger one. */
const NORM = 0.4;
const MAX_NORM = 0.5;
const sites = maskedSites(4);
const survivors = sites.map(({ siteId }) => siteId);
const context = secureContext(PARTS);
const data = new Float32Array(COORDINATES).fill(NORM / Math.sqrt(COORDINATES));
const honest = quantise({
  delta: new Map([['head', { shape: [COORDINATES], data }]]),
  schema: SCHEMA,
  weight: 1,
  weightTotal: sites.length,
  sites: sites.length,
}).vector;

function isRefused(last: Uint32Array): boolean {
  const vectors = sites.map((site, i) => masked(site, i === 3 ? last : honest, sites, context));
  const ringSum = unmasked(vectors, { sites, survivors, context });
  const weights = { weightTotal: sites.length, weightSurvivors: sites.length };
  return exceedsNorm({ ringSum, schema: SCHEMA, ...weights, sites: sites.length }, MAX_NORM);
}

describe('a vector in a secure sum that is out of every range (case 34)', () => {
  it('is no fault of an honest one', () => {
    expect(isRefused(honest)).toBe(false);
  });

  it.each([
    ['makes the sum wrap', 2 ** 31 - 1],
    ['has the most negative word', 2 ** 31],
    ['turns the sum around', 2 ** 32 - 2 ** 29],
  ])('is refused by the norm of the mean when it %s', (_, word) => {
    expect(isRefused(new Uint32Array(COORDINATES).fill(word))).toBe(true);
  });

  it('is refused when it is out of range in one coordinate alone', () => {
    expect(isRefused(Uint32Array.from(honest, (word, i) => (i === 0 ? 2 ** 31 - 1 : word)))).toBe(
      true,
    );
  });

  it('changes nothing by whole turns of the ring', () => {
    const turned = Uint32Array.from(honest, (word) => word + 2 ** 32);
    expect(ringSumOf([turned])).toEqual(honest);
  });
});
