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
