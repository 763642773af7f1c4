import { encodeFloat } from '@consilium/shared/encoding';
import {
  parseSitePolicy,
  studyProtocolHash,
  type Metrics,
  type StudyProtocol,
} from '@consilium/shared/protocol';
import type { KeyId, SiteId } from '@consilium/shared/vocabulary';
import { refusalsOfCohort, refusalsOfTime, type Member } from './round-refusals.js';
import { PROTOCOL } from './testing/sample-protocol.js';
import { mayShare } from './shared-figures.js';
import { refusalsOfMeans, refusalsOfStudy } from './study-refusals.js';

const SIGNER = 'a1'.repeat(8) as KeyId;

function codes(file: object, protocol: StudyProtocol = PROTOCOL): string[] {
  const offered = { protocol, signedBy: SIGNER, parameters: 18 };
  return refusalsOfStudy(parseSitePolicy(file), offered).map(({ code }) => code);
}

describe('a study protocol', () => {
  it('passes the strictest default', () => {
    expect(codes({})).toEqual([]);
  });

  it('passes when its hash or the key that signed it is allowed, and no other way', () => {
    expect(codes({ studies: { allow: [studyProtocolHash(PROTOCOL)] } })).toEqual([]);
    expect(codes({ studies: { allow: [SIGNER] } })).toEqual([]);
    expect(codes({ studies: { allow: ['b2'.repeat(8)] } })).toEqual(['policy-study-not-allowed']);
    expect(codes({ studies: { allow: [] } })).toEqual(['policy-study-not-allowed']);
  });

  it.each([
    ['policy-min-sites', { participation: { minSites: 4 } }],
    ['policy-aggregation', { aggregation: { require: 'secure' } }],
    ['policy-privacy', { privacy: { requireDifferentialPrivacy: true } }],
    ['policy-epsilon', { privacy: { maxEpsilonPerYear: 4 } }],
    ['policy-update-bytes', { update: { maxBytes: 71 } }],
    ['policy-clip-norm', { update: { clipNorm: 1 } }],
  ])('is refused with %s', (code, file) => {
    expect(codes(file)).toEqual([code]);
  });

  it('is let through by a policy that asks for secure aggregation when its sums are secure', () => {
    const secure: StudyProtocol = {
      ...PROTOCOL,
      privacy: { secureAggregation: 'on', colluders: 1 },
    };
    expect(codes({ aggregation: { require: 'secure' } }, secure)).toEqual([]);
  });

  it('may clip to the norm of the policy or to less', () => {
    const clipped = (norm: number): StudyProtocol => ({
      ...PROTOCOL,
      training: { ...PROTOCOL.training, clipNorm: encodeFloat(norm) },
    });
    const file = { update: { clipNorm: 0.5 } };
    expect(codes(file, clipped(0.5))).toEqual([]);
    expect(codes(file, clipped(0.6))).toEqual(['policy-clip-norm']);
  });

  it('is refused with every rule at once, each in a sentence with its numbers', () => {
    const policy = parseSitePolicy({ participation: { minSites: 5 }, update: { maxBytes: 10 } });
    const offered = { protocol: PROTOCOL, signedBy: SIGNER, parameters: 18 };
    expect(refusalsOfStudy(policy, offered).map(({ sentence }) => sentence)).toEqual([
      'The study may sum the updates of 3 sites, the policy asks for at least 5.',
      'An update of the study has 72 bytes, the policy allows 10.',
    ]);
  });
});

describe('the data and the machine', () => {
  const means = (file: object, trainImages: number, device: string) =>
    refusalsOfMeans(parseSitePolicy(file), { trainImages, device }).map(({ code }) => code);

  it('are held to the smallest number of rows', () => {
    expect(means({ data: { minRows: 30 } }, 30, 'processor')).toEqual([]);
    expect(means({ data: { minRows: 30 } }, 29, 'processor')).toEqual(['policy-min-rows']);
  });

  it('are held to what the policy says of GPUs', () => {
    expect(means({ resources: { gpu: 'require' } }, 1, 'processor')).toEqual(['policy-gpu']);
    expect(means({ resources: { gpu: 'require' } }, 1, 'NVIDIA')).toEqual([]);
    expect(means({ resources: { gpu: 'forbid' } }, 1, 'NVIDIA')).toEqual(['policy-gpu']);
    expect(means({}, 1, 'NVIDIA')).toEqual([]);
  });
});

const member = (name: string): Member => ({ site: name as SiteId, key: `key of ${name}` });
const EAST = member('east');
const WEST = member('west');
const INVENTED = ['x', 'y', 'z'].map(member);
const own = 'north' as SiteId;

describe('the members of a round', () => {
  const cohort = (file: object, members: readonly Member[], approved: readonly Member[]) => {
    const sites = [own, ...members.map(({ site }) => site)];
    const policy = parseSitePolicy(file);
    return refusalsOfCohort(policy, { members, sites, approved }).map(({ code }) => code);
  };
  const withThreshold = (known: readonly Member[], atLeastKnown: number) => {
    const policy = parseSitePolicy({ members: { atLeastKnown } });
    return { ...policy, members: { ...policy.members, known: [...known] } };
  };

  it('pass when a person approved each of them', () => {
    expect(cohort({}, [EAST, WEST], [EAST, WEST])).toEqual([]);
  });

  it('are refused when one was added, and when one has another key', () => {
    expect(cohort({}, [EAST, WEST, ...INVENTED], [EAST, WEST])).toEqual(['members-not-approved']);
    expect(cohort({}, [EAST, { ...WEST, key: 'other' }], [EAST, WEST])).toEqual([
      'members-not-approved',
    ]);
  });

  it('may hold strangers only beside enough others that this hospital knows', () => {
    const sites = [own, 'east', 'west', 'x', 'y', 'z'] as SiteId[];
    const members = [EAST, WEST, ...INVENTED];
    const refusals = (policy: ReturnType<typeof withThreshold>, present = sites) =>
      refusalsOfCohort(policy, { members, sites: present, approved: [EAST] }).length;
    expect(refusals(withThreshold([WEST], 2))).toBe(0);
    expect(refusals(withThreshold([], 2))).toBe(1);
    expect(
      refusals(
        withThreshold([WEST], 2),
        sites.filter((site) => site !== 'west'),
      ),
    ).toBe(1);
  });

  it('are too few below the smallest number of sites', () => {
    expect(cohort({}, [EAST], [EAST])).toEqual(['policy-min-sites']);
  });
});

describe('the time of a round', () => {
  const windows = [{ cron: '0 20 * * *', minutes: 60, timeZone: 'UTC' }];
  const policy = parseSitePolicy({ schedule: { windows } });
  const at = (time: string) => Date.parse(`2026-03-02T${time}Z`);
  const refused = (time: string, advertDeadlineMs: number) =>
    refusalsOfTime(policy, { issuedAtMs: at(time), advertDeadlineMs }, at(time)).length;

  it('is right within a window, and shortly before one if the advert can wait', () => {
    expect(refused('20:30:00', 1000)).toBe(0);
    expect(refused('19:59:00', 120_000)).toBe(0);
  });

  it('is wrong when the window opens too late', () => {
    expect(refused('19:59:00', 30_000)).toBe(1);
    expect(refused('21:00:00', 600_000)).toBe(1);
  });

  it('is always right without windows', () => {
    const noWindows = parseSitePolicy({});
    expect(refusalsOfTime(noWindows, { issuedAtMs: 0, advertDeadlineMs: 1 }, 5)).toEqual([]);
  });
});

describe('figures', () => {
  const metrics = (confusion: number[][]): Metrics => ({
    samples: 20,
    loss: encodeFloat(1),
    confusion,
    balancedAccuracy: encodeFloat(1),
    auroc: 'undefined',
  });
  const shared = (file: object, ...each: number[][][]) =>
    mayShare(parseSitePolicy(file), each.map(metrics));

  it('leave when each class has no picture or enough of them', () => {
    expect(
      shared({}, [
        [3, 2],
        [0, 9],
      ]),
    ).toBe(true);
    expect(
      shared({}, [
        [5, 0],
        [0, 0],
      ]),
    ).toBe(true);
  });

  it('stay when a class has fewer, in any of the splits', () => {
    expect(
      shared({}, [
        [3, 1],
        [0, 9],
      ]),
    ).toBe(false);
    expect(
      shared(
        {},
        [
          [5, 5],
          [5, 5],
        ],
        [
          [9, 0],
          [1, 1],
        ],
      ),
    ).toBe(false);
  });

  it('stay when the policy shares none', () => {
    expect(
      shared({ share: { metrics: 'none' } }, [
        [50, 0],
        [0, 50],
      ]),
    ).toBe(false);
  });
});
