import type { StudyProtocol } from '@consilium/shared/protocol';
import { parseSiteId, parseStudyId } from '@consilium/shared/vocabulary';
import { aggregationInWords, securityNumbers } from './aggregation-in-words.js';

function words(privacy: StudyProtocol['privacy'], members: number): string[] {
  const participation = { minSites: 3 } as StudyProtocol['participation'];
  return aggregationInWords({ privacy, participation } as StudyProtocol, members);
}

describe('what a study says of its aggregation', () => {
  it('is that the coordinator can read single updates of a plain one', () => {
    expect(words({ secureAggregation: 'off' }, 3)).toEqual([
      'The coordinator can read single updates while it sums them.',
    ]);
  });

  it.each([
    [0, 'waits for all 3 sites'],
    [3, 'waits for all 3 sites'],
    [6, 'needs 4 of 6 sites'],
    [200, 'needs 65 of 128 sites'],
  ])('is what a secure one with %d members needs and does not promise', (members, needs) => {
    const text = words({ secureAggregation: 'on', colluders: 1 }, members).join(' ');

    expect(text).toContain('at least 3 sites and no single update');
    expect(text).toContain(needs);
    expect(text).toContain('is not hidden');
  });
});

describe('the numbers of a study that sums its sites in groups', () => {
  const groups = { sites: 5, minSites: 4, combine: { kind: 'median' } } as const;
  const privacy = { secureAggregation: 'on', colluders: 1, groups } as const;
  const numbersOf = (members: number) => {
    const sites = Array.from({ length: members }, (_, i) => parseSiteId(`hospital-${10 + i}`));
    const participation = { minSites: 15 } as StudyProtocol['participation'];
    const study = { studyId: parseStudyId('smears'), seed: '7', privacy, participation };
    return { sites, numbers: securityNumbers(study, sites) };
  };

  it('name the group of each member', () => {
    const { sites, numbers } = numbersOf(16);
    const named = numbers.kind === 'secure' ? numbers.groups : undefined;
    expect(named).toMatchObject({ ...groups, fewest: 3 });
    expect(named?.members.map(({ length }) => length)).toEqual([6, 5, 5]);
    expect(named?.members.flat().sort()).toEqual(sites);
  });

  it('name none before there are enough members to be cut', () => {
    expect(numbersOf(14).numbers).toMatchObject({ groups: { fewest: 3, members: [] } });
  });
});
