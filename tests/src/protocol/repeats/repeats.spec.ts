import fc from 'fast-check';
import { smallestCombination } from './linear-span.js';
import { CELLS, OWN_HISTORY, PAIRS, searchRepeats } from './repeated-attempts.js';

/** Blocks that move together between attempts; the last one is who the coordinator is after. */
const BLOCKS = [
  [3, 1],
  [3, 3, 1],
  [3, 3, 2],
  [3, 3, 3, 1],
  [2, 2, 2, 2, 2],
  [3, 3, 3, 3, 1],
];

describe('repeated attempts on one adapter checkpoint (cases 26, 67)', () => {
  it('never let a combination of their sums be about fewer than c + 2 sites', () => {
    const found = BLOCKS.map((blocks) => searchRepeats(blocks, 4, CELLS));
    expect(found.flatMap(({ broken }) => broken)).toEqual([]);
    const series = found.reduce((sum, one) => sum + one.series, 0);
    process.stdout.write(
      `difference rule: ${series} series of attempts went through, none broke\n`,
    );
    expect(series).toBeGreaterThan(BLOCKS.length);
  });

  it('are not endorsed with one site fewer, and are with c + 2 fewer', () => {
    const all = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] as never[];
    expect(CELLS.mayEndorse([all], all.slice(1), 1)).toBe(false);
    expect(CELLS.mayEndorse([all], all.slice(3), 1)).toBe(true);
    expect(CELLS.mayEndorse([all], all, 1)).toBe(true);
  });

  it('break under the rule of pairs: four sums show one site of thirteen', () => {
    const { broken } = searchRepeats([3, 3, 3, 3, 1], 4, PAIRS);
    const one = broken.find(({ isolation }) => isolation.sites.length === 1);
    expect(one?.sets).toHaveLength(4);
    expect(one?.isolation.sites).toEqual(['site-4-0']);
  });

  it('break where a site holds a set only against those that it endorsed itself: seven sites, three sums', () => {
    const { broken } = searchRepeats([3, 3, 1], 3, OWN_HISTORY);
    const sites = broken.map(({ isolation }) => isolation.sites);
    expect(sites).toContainEqual(['site-2-0']);
    expect(searchRepeats([3, 3, 1], 3, CELLS).broken).toEqual([]);
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
