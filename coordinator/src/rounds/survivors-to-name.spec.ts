import type { Advert, Manifest, UpdateHeader } from '@consilium/shared/protocol';
import { parseSiteId, type SiteId } from '@consilium/shared/vocabulary';
import type { Signed } from '@consilium/shared/crypto';
import type { Attempt, Participant } from './attempt.js';
import { survivorsToName, type EarlierList } from './survivors-to-name.js';

function group(letter: string): SiteId[] {
  return [1, 2, 3, 4, 5].map((i) => parseSiteId(`${letter}-${i}`));
}

const [A, B, C, D] = ['a', 'b', 'c', 'd'].map(group) as [SiteId[], SiteId[], SiteId[], SiteId[]];
const COHORT = [A, B, C, D].flat();

type Aggregation = Extract<Manifest['aggregation'], { kind: 'secure' }>;

/** An attempt of twenty sites whose updates are all there but those of some. */
function attemptWithout(missing: readonly SiteId[], groups: Aggregation['groups']): Attempt {
  const aggregation: Manifest['aggregation'] = {
    kind: 'secure',
    colluders: 1,
    threshold: 11,
    groups,
  };
  const body = { aggregation, minSites: 15, cohort: COHORT };
  const participants = COHORT.map((siteId): Participant => ({
    siteId,
    state: missing.includes(siteId) ? 'shared' : 'updated',
    isPeer: true,
    isSharer: true,
    advert: { body: { siteId } } as Signed<Advert>,
    header: { body: { siteId } } as Signed<UpdateHeader>,
  }));
  return { phase: 'collecting', manifest: { body }, participants } as unknown as Attempt;
}

const GROUPS = { fewest: 3, minSites: 4, sites: [A, B, C, D] };

describe('the survivors that are named of groups', () => {
  it('are all whose update is there, by their groups', () => {
    const rest = COHORT.slice(1);
    expect(survivorsToName(attemptWithout(A.slice(0, 1), GROUPS), [])).toEqual({
      sites: rest,
      groups: [A.slice(1), B, C, D],
    });
    expect(survivorsToName(attemptWithout(A.slice(0, 1), undefined), [])).toEqual({ sites: rest });
  });

  it('are without a group that lost too many sites', () => {
    expect(survivorsToName(attemptWithout(B.slice(0, 2), GROUPS), [])).toEqual({
      sites: [...A, ...C, ...D],
      groups: [A, C, D],
    });
  });

  it('are nobody when too few groups are left', () => {
    const four = { ...GROUPS, fewest: 4 };
    expect(survivorsToName(attemptWithout(B.slice(0, 2), four), [])).toBeUndefined();
  });

  it('are those of the list before when all of them would single out a site beside it', () => {
    const lists = [A.slice(1), B, C, D];
    const earlier: EarlierList = { leafIndex: 9, sites: lists.flat(), lists };
    expect(survivorsToName(attemptWithout([], GROUPS), [earlier])).toEqual({
      sites: lists.flat(),
      groups: lists,
    });
    expect(survivorsToName(attemptWithout(A.slice(1, 2), GROUPS), [earlier])).toBeUndefined();
  });
});
