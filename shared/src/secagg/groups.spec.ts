import { seededRandom } from '../crypto/index.js';
import type { ManifestGroups } from '../protocol/index.js';
import { parseSiteId, parseStudyId, type SiteId } from '../vocabulary/index.js';
import { refusal } from '../vocabulary/testing/refusal.js';
import { byGroup, companyOf, cutIntoGroups, groupsThatCount, requireGroups } from './groups.js';
import { mayEndorseAll } from './index.js';

const studyId = parseStudyId('blood-smears');

function sites(count: number): SiteId[] {
  return Array.from({ length: count }, (_, i) => parseSiteId(`site-${`${i}`.padStart(3, '0')}`));
}

function cut(cohort: readonly SiteId[], size = 5, seed = '7'): SiteId[][] {
  return cutIntoGroups({ studyId, seed, cohort, sites: size });
}

const GROUPS: ManifestGroups = { fewest: 3, minSites: 4, sites: cut(sites(20)) };

/** All sites but the first ones of some groups. */
function without(...missing: readonly number[]): SiteId[] {
  return GROUPS.sites.flatMap((members, i) => members.slice(missing[i] ?? 0));
}

describe('a cohort that is cut into groups', () => {
  it.each([15, 16, 19, 20, 64, 128])('has each of %d sites in one group, all balanced', (count) => {
    const groups = cut(sites(count));
    expect(groups.flat().sort()).toEqual(sites(count));
    expect(groups).toHaveLength(Math.floor(count / 5));
    const sizes = groups.map(({ length }) => length);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(5);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
  });

  it('is cut the same way in whichever order the sites come, and another way by another seed', () => {
    const shuffled = [...sites(20)].reverse();
    expect(cut(shuffled)).toEqual(cut(sites(20)));
    expect(cut(sites(20), 5, '8')).not.toEqual(cut(sites(20)));
  });

  it('is one group when there are too few for two', () => {
    expect(cut(sites(9))).toEqual([sites(9)]);
  });

  it('moves at most one other site over a border when a site leaves', () => {
    for (const left of sites(24)) {
      const rest = sites(24).filter((siteId) => siteId !== left);
      const before = cut(sites(24));
      const moved = cut(rest).map(
        (members, i) => members.filter((siteId) => before[i]?.includes(siteId) !== true).length,
      );
      expect(Math.max(...moved)).toBeLessThanOrEqual(1);
    }
  });
});

describe('the sites that share masks', () => {
  it('are those of the own group, or all where there are none', () => {
    const [first = []] = GROUPS.sites;
    const same = (siteId: SiteId): SiteId => siteId;
    expect([...companyOf(GROUPS, first[2], sites(20), same)].sort()).toEqual(first);
    expect(companyOf(undefined, first[2], sites(20), same)).toEqual(sites(20));
    expect(companyOf(GROUPS, undefined, sites(20), same)).toEqual([]);
  });
});

describe('the groups that count', () => {
  it('are those with enough sites left', () => {
    expect(groupsThatCount(GROUPS, without(0, 1, 2))).toEqual([
      GROUPS.sites[0],
      GROUPS.sites[1]?.slice(1),
      GROUPS.sites[3],
    ]);
  });

  it('are in the leaf as the manifest has them', () => {
    const survivors = groupsThatCount(GROUPS, without(0, 1, 2))
      .flat()
      .sort();
    const leaf = { sites: survivors, groups: byGroup(GROUPS, survivors) };
    expect(() => requireGroups(leaf, GROUPS)).not.toThrow();
    expect(() => requireGroups({ sites: survivors }, undefined)).not.toThrow();
  });

  it.each([
    ['no groups', { sites: without() }, 'other groups than the manifest'],
    [
      'a site in another group',
      {
        sites: without(),
        groups: [without().slice(0, 4), without().slice(4, 10), without().slice(10)],
      },
      'other groups than the manifest',
    ],
    [
      'a group that is too small',
      { sites: without(2), groups: byGroup(GROUPS, without(2)) },
      'a group is left with 3 sites, 4 are needed',
    ],
    [
      'too few groups',
      { sites: without(5, 5), groups: byGroup(GROUPS, without(5, 5)) },
      '2 groups are left, 3 are needed',
    ],
  ])('are refused with %s', (_, leaf, message) => {
    expect(() => {
      requireGroups(leaf, GROUPS);
    }).toThrow(refusal('bad-message', message));
  });

  it('are refused where all sites are summed together', () => {
    const leaf = { sites: without(), groups: GROUPS.sites };
    expect(() => {
      requireGroups(leaf, undefined);
    }).toThrow(refusal('bad-message', 'sums all sites together'));
  });
});

describe('the difference rule over groups', () => {
  it('takes the sums of one attempt, and the same ones again', () => {
    expect(mayEndorseAll([], GROUPS.sites, 1).kind).toBe('ok');
    expect(mayEndorseAll(GROUPS.sites, GROUPS.sites, 1).kind).toBe('ok');
  });

  it('refuses groups that cross those of an earlier attempt in few sites', () => {
    expect(mayEndorseAll(GROUPS.sites, cut(sites(20), 5, 'another'), 1).kind).toBe('refused');
  });

  it('refuses a sum of all sites beside those of groups when it leaves one of them out', () => {
    const all = [sites(20).filter((siteId) => siteId !== GROUPS.sites[0]?.[0])];
    expect(mayEndorseAll(GROUPS.sites, all, 1)).toEqual({
      kind: 'refused',
      cells: [[GROUPS.sites[0]?.[0]]],
    });
  });

  it('never lets the lists of all groups of all attempts tell apart fewer than c + 2 sites', () => {
    const random = seededRandom('attempts of a round');
    let earlier: readonly (readonly SiteId[])[] = [];
    let taken = 0;
    for (let attempt = 0; attempt < 200; attempt += 1) {
      const left = sites(20).filter(() => random.uniform() < 0.9);
      const next = groupsThatCount(GROUPS, left);
      if (mayEndorseAll(earlier, next, 1).kind === 'ok') {
        earlier = [...earlier, ...next];
        taken += 1;
      }
    }
    const patterns = new Map<string, number>();
    for (const siteId of new Set(earlier.flat())) {
      const pattern = earlier.map((list) => Number(list.includes(siteId))).join('');
      patterns.set(pattern, (patterns.get(pattern) ?? 0) + 1);
    }
    expect(taken).toBeGreaterThan(1);
    expect(Math.min(...patterns.values())).toBeGreaterThanOrEqual(3);
  });
});
