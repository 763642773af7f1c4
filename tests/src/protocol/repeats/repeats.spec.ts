import fc from 'fast-check';
import { smallestCombination } from './linear-span.js';
import { CELLS, PAIRS, searchRepeats } from './repeated-attempts.js';

/** Blocks of sites that move together between attempts, a single one among them whom the coordinator is after. */
const COHORTS = [
  { blocks: [3, 1], colluders: 1 },
  { blocks: [3, 3, 1], colluders: 1 },
  { blocks: [4, 1, 4], colluders: 2 },
  { blocks: [3, 3, 4, 1], colluders: 1 },
];

describe('repeated attempts on one adapter checkpoint (cases 26, 67)', () => {
  it('never let a combination of their sums be about one honest site', () => {
    const found = COHORTS.map((cohort) => searchRepeats(cohort, 3, CELLS));
    expect(found.map(({ broken }) => broken)).toEqual(COHORTS.map(() => undefined));
    const series = found.reduce((sum, one) => sum + one.series, 0);
    process.stdout.write(`difference rule: ${series} series of attempts, none shows a site\n`);
    expect(series).toBeGreaterThan(1000);
  });

  it('are not endorsed with one site fewer, and are with c + 2 fewer', () => {
    const all = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] as never[];
    expect(CELLS.mayEndorse([all], all.slice(1), 1)).toBe(false);
    expect(CELLS.mayEndorse([all], all.slice(3), 1)).toBe(true);
    expect(CELLS.mayEndorse([all], all, 1)).toBe(true);
  });

  it('break under the rule of pairs: four sums show one site', () => {
    const { broken, series } = searchRepeats(
      { blocks: [3, 3, 1, 3, 3, 4], colluders: 1 },
      4,
      PAIRS,
    );
    process.stdout.write(`rule of pairs: broken after ${series} series\n`);
    expect(broken?.lists).toHaveLength(4);
    expect(broken?.site).toBe('site-2-0');
  });

  it('break where t is counted over those that advertised: three sums show one site of eight', () => {
    const cohort = { blocks: [3, 3, 1], colluders: 1 };
    const { broken } = searchRepeats(cohort, 3, { ...CELLS, quorum: 'advertised' });
    expect(broken?.lists).toHaveLength(3);
    expect(broken?.site).toBe('site-2-0');
  });
});

describe('the combination of sums that is about the fewest sites', () => {
  it('is the sum itself where there is one', () => {
    expect(smallestCombination([['a', 'b']])?.sites).toEqual(['a', 'b']);
    expect(smallestCombination([])).toBeUndefined();
  });

  it('is a difference of two sums, or of more', () => {
    expect(
      smallestCombination([
        ['a', 'b', 'c'],
        ['a', 'b'],
      ])?.sites,
    ).toEqual(['c']);
    const sets = [['a', 'b', 'c'], ['a'], ['b']];
    expect(smallestCombination(sets)?.sites).toHaveLength(1);
    expect(
      smallestCombination([
        ['p', 'q', 'v'],
        ['r', 's'],
        ['p', 'r'],
        ['q', 's'],
      ])?.sites,
    ).toEqual(['v']);
  });

  it('is no larger than any combination that is drawn', () => {
    const site = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
    const anySet = fc.uniqueArray(site, { minLength: 1 });
    const drawn = fc.array(fc.tuple(anySet, fc.integer({ min: -3, max: 3 })), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(drawn, (terms) => {
        const of = (name: (typeof terms)[number][0][number]) =>
          terms.reduce((sum, [set, factor]) => sum + (set.includes(name) ? factor : 0), 0);
        const support = (['a', 'b', 'c', 'd', 'e', 'f'] as const).filter((name) => of(name) !== 0);
        const smallest = smallestCombination(terms.map(([set]) => set))?.sites.length ?? 0;
        expect(support.length === 0 || smallest <= support.length).toBe(true);
      }),
    );
  });
});
