import { seededRandom } from '../crypto/index.js';
import type { SiteId } from '../vocabulary/index.js';
import { mayEndorse } from './index.js';

function sites(...numbers: readonly number[]): SiteId[] {
  return numbers.map((number) => `site-${number}` as SiteId);
}

function upTo(last: number): SiteId[] {
  return sites(...Array.from({ length: last }, (_, i) => i + 1));
}

/**
 * Oracle: the fewest sites that any combination of the sums, other than nothing, tells apart. By linear algebra alone: a support of
 * k sites is reachable exactly if the columns of all other sites do not span the whole row space, so over all subsets of sites as
 * zeros, the largest number of zeros whose columns have a rank below that of the matrix.
 */
function fewestToldApart(sets: readonly (readonly SiteId[])[], all: readonly SiteId[]): number {
  const columns = all.map((site) => sets.map((set) => (set.includes(site) ? 1 : 0)));
  const whole = rank(columns);
  let fewest = Infinity;
  for (let zeros = 0; zeros < 2 ** all.length; zeros += 1) {
    const kept = columns.filter((_, i) => (zeros >>> i) % 2 === 1);
    if (rank(kept) < whole) {
      fewest = Math.min(fewest, all.length - kept.length);
    }
  }
  return fewest;
}

/** By Gauss elimination; the entries are small whole numbers. */
function rank(rows: readonly (readonly number[])[]): number {
  const left = rows.map((row) => [...row]);
  let found = 0;
  for (let column = 0; column < (rows[0]?.length ?? 0); column += 1) {
    const pivot = left.findIndex((row, i) => i >= found && Math.abs(row[column] as number) > 1e-9);
    if (pivot >= 0) {
      const row = left.splice(pivot, 1)[0] as number[];
      left.splice(found, 0, row);
      for (const other of left.slice(found + 1)) {
        const factor = (other[column] as number) / (row[column] as number);
        row.forEach((value, i) => {
          other[i] = (other[i] as number) - factor * value;
        });
      }
      found += 1;
    }
  }
  return found;
}

describe('the difference rule', () => {
  it('lets a first set pass, and the same set again', () => {
    expect(mayEndorse([], upTo(3), 1)).toEqual({ kind: 'ok' });
    expect(mayEndorse([upTo(3)], upTo(3), 1)).toEqual({ kind: 'ok' });
  });

  it('refuses a set that is smaller by one site and names the site', () => {
    expect(mayEndorse([upTo(5)], upTo(4), 1)).toEqual({ kind: 'refused', cells: [sites(5)] });
  });

  it('lets a set pass that is smaller by c + 2 sites', () => {
    expect(mayEndorse([upTo(6)], upTo(3), 1)).toEqual({ kind: 'ok' });
    expect(mayEndorse([upTo(6)], upTo(3), 2).kind).toBe('refused');
  });

  it('refuses three sets of which each two pass: A + B - C is one site', () => {
    const a = sites(1, 2, 3);
    const b = sites(4, 5, 6);
    const c = upTo(7);
    expect(mayEndorse([a], b, 1).kind).toBe('ok');
    expect(mayEndorse([a], c, 1).kind).toBe('ok');
    expect(mayEndorse([b], c, 1).kind).toBe('ok');
    expect(mayEndorse([a, b], c, 1)).toEqual({ kind: 'refused', cells: [sites(7)] });
  });

  it('refuses a fourth set although it passes beside some three of them', () => {
    const [p, q, r, s, t] = [0, 3, 6, 9, 12].map((i) => sites(i, i + 1, i + 2));
    const sets = [
      [p, q, t, sites(99)],
      [r, s, t],
      [p, r, t],
      [q, s, t],
    ].map((parts) => parts.flatMap((part) => part ?? []));
    for (const left of [2, 3]) {
      const [next, ...earlier] = sets.filter((_, i) => i !== left);
      expect(mayEndorse(earlier, next as SiteId[], 1)).toEqual({ kind: 'ok' });
    }
    expect(mayEndorse(sets.slice(0, 3), sets[3] as SiteId[], 1)).toEqual({
      kind: 'refused',
      cells: [sites(99)],
    });
  });

  it('never lets a combination pass that tells apart fewer than c + 2 sites', () => {
    const random = seededRandom('sets of sites');
    const all = upTo(8);
    const families = Array.from({ length: 150 }, () =>
      Array.from({ length: 1 + random.integer(3) }, () => {
        const pieces = [all.slice(0, 3), all.slice(3, 6), all.slice(6)];
        const whole = pieces.flatMap((piece) => (random.integer(2) === 0 ? [] : piece));
        return random.integer(3) === 0 ? all.filter(() => random.integer(2) === 0) : whole;
      }).filter((set) => set.length > 0),
    );
    const passed = families.filter(
      ([next, ...earlier]) => next !== undefined && mayEndorse(earlier, next, 1).kind === 'ok',
    );
    expect(passed.length).toBeGreaterThan(5);
    for (const sets of passed) {
      expect(fewestToldApart(sets, all)).toBeGreaterThanOrEqual(3);
    }
  });

  it('has an oracle that finds the single site of three sets', () => {
    expect(fewestToldApart([sites(1, 2, 3), sites(4, 5, 6), upTo(7)], upTo(8))).toBe(1);
    expect(fewestToldApart([upTo(6), upTo(3)], upTo(8))).toBe(3);
  });
});
