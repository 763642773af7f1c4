import fc from 'fast-check';
import { LIMITS, type SiteId } from '../vocabulary/index.js';
import { refusal } from '../vocabulary/testing/refusal.js';
import {
  explainSecurity,
  requiredSites,
  requireSecureSize,
  secureThreshold,
  thresholdAfter,
} from './index.js';

describe('the threshold of a secure sum', () => {
  it.each([
    [3, 1, 3, 0],
    [4, 1, 3, 1],
    [5, 1, 4, 1],
    [10, 1, 6, 4],
    [10, 3, 7, 3],
    [20, 6, 14, 6],
    [50, 16, 34, 16],
  ])('of %p sites with %p colluders is %p, which tolerates %p dropouts', (n, c, t, dropouts) => {
    expect(secureThreshold(n, c)).toBe(t);
    const told = explainSecurity({ sites: n, minSites: 1, colluders: c });
    expect(told).toMatchObject({ threshold: t, dropoutsTolerated: dropouts });
  });

  it('never lets both secrets of a dealer out: honest holders give one share, colluders two', () => {
    for (let n = 3; n <= LIMITS.secureSites; n += 1) {
      for (let c = 1; c <= n - 2; c += 1) {
        const shares = n - c + 2 * c;
        expect(2 * secureThreshold(n, c)).toBeGreaterThan(shares);
        expect(secureThreshold(n, c)).toBeLessThanOrEqual(n);
        expect(requiredSites({ minSites: 1, n, colluders: c })).toBeGreaterThanOrEqual(c + 2);
      }
    }
  });

  it.each([
    [0, 1],
    [3, 0],
    [3.5, 1],
    [3, Number.NaN],
  ])('is not defined for %p sites and %p colluders', (n, c) => {
    expect(() => secureThreshold(n, c)).toThrow(RangeError);
  });
});

describe('the size of a secure sum (case 27)', () => {
  it('is at least the minimum of the study, t, c + 2 and three', () => {
    expect(requiredSites({ minSites: 9, n: 10, colluders: 1 })).toBe(9);
    expect(requiredSites({ minSites: 2, n: 10, colluders: 1 })).toBe(6);
    expect(requiredSites({ minSites: 2, n: 4, colluders: 3 })).toBe(5);
    expect(requiredSites({ minSites: 1, n: 1, colluders: 1 })).toBe(3);
  });

  it.each([
    [2, 1, 'needs 3 of 2 sites'],
    [4, 3, 'needs 5 of 4 sites'],
    [LIMITS.secureSites + 1, 1, 'more than a secure sum takes (128)'],
  ])('of %p sites with %p colluders is refused', (n, colluders, reason) => {
    const size = { n, minSites: 2, colluders };
    expect(() => requireSecureSize(size)).toThrow(refusal('bad-request', reason));
    expect(() => explainSecurity({ sites: n, minSites: 2, colluders })).toThrow(
      refusal('bad-request', reason),
    );
  });

  it('is explained in sentences that name the numbers', () => {
    const three = explainSecurity({ sites: 3, minSites: 3, colluders: 1 });
    expect(three.needs[0]).toContain('waits for all 3 sites');
    const ten = explainSecurity({ sites: 10, minSites: 5, colluders: 3 });
    expect(ten.needs[0]).toContain('needs 7 of 10 sites');
    expect(ten.protects[0]).toContain('at least 5 sites');
    expect(ten.protects[0]).toContain('3 sites that work with it');
    expect(ten.doesNotPromise).toHaveLength(5);
  });

  it('is explained for groups with the numbers of a group', () => {
    const combine = { kind: 'trimmed-mean', trim: 2 } as const;
    const groups = { sites: 5, minSites: 4, combine };
    const explained = explainSecurity({ sites: 27, minSites: 25, colluders: 1, groups });
    expect(explained.protects[0]).toContain('weighted sums of at least 4 sites');
    expect(explained.protects[2]).toContain('no more than 2 groups have a bad site');
    expect(explained.needs[3]).toBe(
      'The 27 sites make 5 groups, of which 5 must be left with at least 4 sites each; one with fewer is left out.',
    );
    expect(explained.doesNotPromise).toHaveLength(7);
    const median = { sites: 5, minSites: 4, combine: { kind: 'median' } as const };
    const by = explainSecurity({ sites: 15, minSites: 15, colluders: 1, groups: median });
    expect(by.protects[2]).toContain('fewer than half of the groups have a bad site');
  });
});

describe('the threshold after earlier attempts from an adapter checkpoint', () => {
  const sites = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => `site-${from + i}` as SiteId);

  it('is that of the cohort where the cohort stayed', () => {
    const cohort = sites(0, 10);
    expect(thresholdAfter({ cohort, earlier: [], colluders: 3 })).toBe(7);
    expect(thresholdAfter({ cohort, earlier: [cohort, cohort], colluders: 3 })).toBe(7);
  });

  it('makes any two quorums have more than c sites in common, whoever came or went', () => {
    const anyCohort = fc
      .tuple(fc.nat(6), fc.integer({ min: 1, max: 9 }))
      .map(([from, length]) => sites(from, from + length));
    const given = fc.record({
      cohort: anyCohort,
      earlier: fc.array(anyCohort, { minLength: 1, maxLength: 3 }),
      colluders: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(given, ({ cohort, earlier, colluders }) => {
        const own = thresholdAfter({ cohort, earlier, colluders });
        for (const before of earlier) {
          const union = new Set([...cohort, ...before]).size;
          // Two sets of these sizes within the union overlap in at least so many sites.
          const overlap = own + secureThreshold(before.length, colluders) - union;
          expect(overlap).toBeGreaterThan(colluders);
        }
      }),
    );
  });
});
