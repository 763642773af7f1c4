import { isConsiliumError } from '../vocabulary/index.js';
import { parseStudyFile } from './study-file.js';
import { shortestStudyFile } from './testing/sample-study.js';

type File = ReturnType<typeof shortestStudyFile>;

function file(change: (draft: File) => void): File {
  const draft = shortestStudyFile();
  change(draft);
  return draft;
}

function faultsOf(value: unknown): string[] {
  try {
    parseStudyFile(value);
    return [];
  } catch (error) {
    return isConsiliumError(error) ? error.message.split('\n  ').slice(1) : [String(error)];
  }
}

describe('the privacy of a study file', () => {
  it('assumes one colluding site in a secure study that names no number', () => {
    const privacyOf = (privacy: File['privacy']) =>
      parseStudyFile(file((draft) => (draft.privacy = privacy))).privacy;
    expect(privacyOf({ secureAggregation: 'on' })).toEqual({
      secureAggregation: 'on',
      colluders: 1,
    });
    expect(privacyOf({})).toEqual({ secureAggregation: 'on', colluders: 1 });
    expect(privacyOf({ secureAggregation: 'off' })).toEqual({ secureAggregation: 'off' });
  });

  it('is secure in a file that does not speak of it', () => {
    const silent = { ...shortestStudyFile(), privacy: undefined };
    expect(parseStudyFile(silent).privacy).toEqual({ secureAggregation: 'on', colluders: 1 });
  });

  it.each([
    [2, 1, 'of a secure sum of two sites each knows the update of the other: have at least 3'],
    [2, 4, 'of a secure sum of two sites each knows the update of the other: have at least 6'],
    [
      5,
      4,
      '4 colluding sites know the one update that a secure sum of 5 has beside theirs: have at least 6',
    ],
    [
      129,
      1,
      'a secure sum holds at most 128 sites, each of which deals shares to every other one: lower 129',
    ],
  ])('refuses a secure study of %d sites against %d colluders', (minSites, colluders, message) => {
    const study = file((draft) => {
      draft.privacy = { secureAggregation: 'on', colluders };
      draft.participation['minSites'] = minSites;
    });
    expect(faultsOf(study)).toEqual([`participation.minSites: ${message}`]);
  });

  it('fills in the sizes and the rule of groups, and takes them from fifteen sites on', () => {
    const study = file((draft) => {
      draft.privacy = { secureAggregation: 'on', groups: {} };
      draft.participation['minSites'] = 15;
    });
    expect(parseStudyFile(study).privacy).toEqual({
      secureAggregation: 'on',
      colluders: 1,
      groups: { sites: 5, minSites: 4, combine: { kind: 'median' } },
    });
  });

  it.each([
    [
      14,
      {},
      'participation.minSites: 3 groups of 5 sites take 15: have at least 15, or sum all sites together',
    ],
    [
      20,
      { combine: { kind: 'trimmed-mean', trim: 2 } },
      'participation.minSites: 5 groups of 5 sites take 25: have at least 25, or sum all sites together',
    ],
    [
      15,
      { minSites: 6 },
      'privacy.groups.minSites: no group of 5 sites has 6: raise sites or lower minSites',
    ],
  ])('refuses groups of a study of %d sites (%j)', (minSites, groups, fault) => {
    const study = file((draft) => {
      draft.privacy = { secureAggregation: 'on', groups };
      draft.participation['minSites'] = minSites;
    });
    expect(faultsOf(study)).toEqual([fault]);
  });

  it('refuses groups whose sums hide nobody from the colluding sites', () => {
    const study = file((draft) => {
      draft.privacy = { secureAggregation: 'on', colluders: 3, groups: {} };
      draft.participation['minSites'] = 15;
    });
    expect(faultsOf(study)).toEqual([
      'privacy.groups.minSites: a sum of 4 sites hides nobody from 3 colluding ones: have at least 5 in each group',
    ]);
  });

  it.each([{ sites: 4 }, { minSites: 4.5 }, { combine: 'median' }, { combine: { kind: 'mean' } }])(
    'refuses groups of %j',
    (groups) => {
      const study = file((draft) => {
        draft.privacy = { secureAggregation: 'on', groups };
        draft.participation['minSites'] = 15;
      });
      expect(faultsOf(study)).toEqual([expect.stringMatching(/^privacy.groups/)]);
    },
  );

  it('refuses to list more sites than one secure sum holds', () => {
    const study = file((draft) => {
      draft.privacy = { secureAggregation: 'on' };
      draft.participation['sites'] = Array.from({ length: 129 }, (_, i) => `site-${i}`);
    });
    expect(faultsOf(study)).toEqual([
      'participation.sites: a secure sum holds at most 128 sites, each of which deals shares to ' +
        'every other one: list fewer than these 129',
    ]);
  });

  it.each([
    ['colluders of a plain study', { secureAggregation: 'off', colluders: 1 }],
    ['no colluder at all', { secureAggregation: 'on', colluders: 0 }],
    ['half a colluder', { secureAggregation: 'on', colluders: 1.5 }],
  ])('refuses %s', (_, privacy) => {
    expect(faultsOf(file((draft) => (draft.privacy = privacy)))).toEqual([
      expect.stringMatching(/^privacy/),
    ]);
  });
});
