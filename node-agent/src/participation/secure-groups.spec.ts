/** Threat: a coordinator that picks who is summed with whom, or takes another mean than the study says, in a study of groups. */
import type { Signed } from '@consilium/shared/crypto';
import type { Advert, Manifest, RoundRecord, StudyProtocol } from '@consilium/shared/protocol';
import { groupsOfCohort } from '@consilium/shared/secagg';
import { parseSiteId, parseStudyId } from '@consilium/shared/vocabulary';
import { generateBoxKeyPair } from '@consilium/shared/crypto';
import { toBase64 } from '@consilium/shared/encoding';
import type { AttemptState } from './agent-state.js';
import { masksOf } from './masked-update.js';
import { requireApprovedAggregation, requireTrueAggregation } from './secure-acceptance.js';
import type { StudyContext } from './site-context.js';

const COHORT = Array.from({ length: 16 }, (_, i) => parseSiteId(`hospital-${i + 10}`));

const PROTOCOL = {
  studyId: parseStudyId('blood-smears'),
  seed: '7',
  privacy: {
    secureAggregation: 'on',
    colluders: 1,
    groups: { sites: 5, minSites: 4, combine: { kind: 'median' } },
  },
  participation: { minSites: 15 },
} as unknown as StudyProtocol;

const GROUPS = groupsOfCohort(PROTOCOL, COHORT) ?? { fewest: 3, minSites: 4, sites: [] };

type Secure = Extract<Manifest['aggregation'], { kind: 'secure' }>;

function manifestWith(groups: Secure['groups']): Manifest {
  const aggregation: Secure = { kind: 'secure', colluders: 1, threshold: 9, groups };
  return { aggregation, cohort: COHORT, minSites: 15 } as unknown as Manifest;
}

describe('the groups of a manifest', () => {
  const check = (groups: Secure['groups'], protocol = PROTOCOL): void => {
    requireApprovedAggregation(manifestWith(groups), protocol, []);
  };

  it('are taken as they follow from study and cohort', () => {
    expect(() => {
      check(GROUPS);
    }).not.toThrow();
  });

  it.each([
    ['none', undefined],
    ['other ones', { ...GROUPS, sites: [...GROUPS.sites].reverse() }],
    ['smaller sums', { ...GROUPS, minSites: 3 }],
    ['a group less', { ...GROUPS, fewest: 2 }],
  ])('are refused when there are %s', (_, groups) => {
    expect(() => {
      check(groups);
    }).toThrow(/groups: expected/);
  });

  it('are refused of a study whose sums would hide nobody', () => {
    const privacy = { ...PROTOCOL.privacy, colluders: 4 } as StudyProtocol['privacy'];
    const manifest = manifestWith(GROUPS);
    const aggregation = { ...manifest.aggregation, colluders: 4, threshold: 11 } as Secure;
    expect(() => {
      requireApprovedAggregation({ ...manifest, aggregation }, { ...PROTOCOL, privacy }, []);
    }).toThrow('hides nobody from 4 colluding ones');
  });

  it('are refused where the study sums all sites together', () => {
    const privacy = { secureAggregation: 'on', colluders: 1 } as const;
    expect(() => {
      check(GROUPS, { ...PROTOCOL, privacy });
    }).toThrow('groups: expected none');
  });
});

describe('the groups of a record', () => {
  const record = (groups: readonly (readonly string[])[] | undefined, survivors = COHORT) =>
    ({
      survivors,
      aggregation: {
        kind: 'secure',
        colluders: 1,
        threshold: 9,
        sharersHash: 'sha256:0',
        sharers: COHORT,
        ...(groups === undefined ? {} : { groups }),
      },
    }) as unknown as RoundRecord;

  const check = (made: RoundRecord): void => {
    const attempt = { manifest: { body: manifestWith(GROUPS) } } as unknown as AttemptState;
    requireTrueAggregation(attempt, made);
  };

  it('are those of its survivors', () => {
    expect(() => {
      check(record(GROUPS.sites));
    }).not.toThrow();
  });

  it.each([
    ['all sites in one sum', record([COHORT])],
    ['no groups', record(undefined)],
    ['them in another order', record([...GROUPS.sites].reverse())],
  ])('are refused with %s', (_, made) => {
    expect(() => {
      check(made);
    }).toThrow(/groups: expected/);
  });

  it('are refused when too few sites are left in one', () => {
    const lost = GROUPS.sites[1]?.slice(0, 2) ?? [];
    const left = COHORT.filter((site) => !lost.includes(site));
    const groups = GROUPS.sites.map((members) => members.filter((site) => left.includes(site)));
    expect(() => {
      check(record(groups, left));
    }).toThrow('the record sums groups of');
  });
});

describe('the masks of a site', () => {
  it('are shared with the sharers of its own group alone', () => {
    const key = (): string => toBase64(generateBoxKeyPair().publicKey);
    const peers = COHORT.map(
      (siteId) => ({ body: { siteId, secure: { maskKey: key() } } }) as unknown as Signed<Advert>,
    );
    const sharers = COHORT.slice(1);
    const attempt = {
      attemptId: '00'.repeat(16),
      manifest: { body: manifestWith(GROUPS) },
      peers,
      dealt: sharers.map((siteId) => ({ shares: { body: { siteId } } })),
    } as unknown as AttemptState;
    const siteId = COHORT[5] ?? parseSiteId('nobody');
    const bytes = new Uint8Array(32);
    const unused = { own: undefined, unmasking: undefined };
    const secrets = { maskSecret: bytes, selfSeed: bytes, ...unused };
    const { masks } = masksOf({ siteId } as StudyContext, attempt, secrets);
    const own = GROUPS.sites.find((members) => members.includes(siteId)) ?? [];
    expect(masks.sharers.map((sharer) => sharer.siteId).sort()).toEqual(
      own.filter((site) => sharers.includes(site)),
    );
  });
});
