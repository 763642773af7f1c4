import { randomBytes, signBody, type Signed } from '../crypto/index.js';
import { toBase64 } from '../encoding/index.js';
import { headersHash, signedHash, type Endorsement, type UpdateHeader } from '../protocol/index.js';
import type { AttemptId, ContentHash, SiteId, StudyId } from '../vocabulary/index.js';
import { refusal } from '../vocabulary/testing/refusal.js';
import {
  requireQuorum,
  requireSurvivors,
  unmaskingShares,
  type QuorumToCheck,
  type SurvivorsLeaf,
  type SurvivorsToCheck,
} from './index.js';
import { ATTEMPT, testSites, type TestSite } from './testing/secure-attempt.js';

const other = `sha256:${'00'.repeat(32)}` as ContentHash;
const sharersHash = `sha256:${'11'.repeat(32)}` as ContentHash;
const sites = testSites(5);
const members = sites.map(({ siteId, identity }) => ({
  siteId,
  identityKey: identity.publicKey,
}));
const alive = sites.slice(0, 4);
const place = { v: 1, studyId: 'study' as StudyId, roundNo: 1 } as const;

function headerOf(site: TestSite, change: Partial<UpdateHeader> = {}): Signed<UpdateHeader> {
  const header: UpdateHeader = {
    ...place,
    ...ATTEMPT,
    siteId: site.siteId,
    schemaHash: other,
    payload: { kind: 'masked', sharersHash, training: 0 },
    plaintextBytes: 4,
    vectorHash: other,
    chunkCount: 1,
    chunkRoot: toBase64(new Uint8Array(32)),
    cut: 0,
    trainMs: 1,
    engine: 'test',
    policyHash: other,
    ...change,
  };
  return signBody('update-header', header, site.identity);
}

const headers = alive.map((site) => headerOf(site));

function leafOf(
  shown: readonly Signed<UpdateHeader>[],
  change: Partial<SurvivorsLeaf> = {},
): SurvivorsLeaf {
  return {
    ...place,
    attemptId: ATTEMPT.attemptId,
    type: 'round.survivors',
    peersHash: ATTEMPT.peersHash,
    sharersHash,
    sites: shown.map(({ body }) => body.siteId),
    headersHash: headersHash(ATTEMPT.attemptId, shown),
    ...change,
  } as SurvivorsLeaf;
}

function check(change: Partial<SurvivorsToCheck> = {}): readonly SiteId[] {
  return requireSurvivors({
    leaf: leafOf(headers),
    headers,
    attempt: ATTEMPT,
    sharers: members,
    sharersHash,
    required: 4,
    own: { siteId: alive[0]?.siteId as SiteId, headerHash: signedHash(headers[0] as never) },
    ...change,
  });
}

describe('a survivor leaf', () => {
  it('is taken with the headers in any order, by a survivor and by one who sent nothing', () => {
    const names = alive.map(({ siteId }) => siteId);
    expect(check()).toEqual(names);
    expect(check({ headers: [...headers].reverse() })).toEqual(names);
    expect(check({ own: { siteId: sites[4]?.siteId as SiteId } })).toEqual(names);
  });

  it.each<[string, Partial<SurvivorsLeaf>, string]>([
    ['another attempt', { attemptId: 'ff'.repeat(16) as AttemptId }, 'another attempt'],
    ['other peers', { peersHash: other }, 'another attempt or set of peers'],
    ['other sharers', { sharersHash: other }, 'another set of sharers'],
    ['no sharers', { sharersHash: undefined }, 'another set of sharers'],
    ['a stranger', { sites: ['stranger' as SiteId] }, 'did not deal shares'],
    ['other headers', { headersHash: other }, 'other headers'],
  ])('is refused when it names %s', (_, change, reason) => {
    expect(() => check({ leaf: leafOf(headers, change) })).toThrow(refusal('bad-message', reason));
  });

  it('is refused when it names a site twice, too few, or others than the headers', () => {
    const names = alive.map(({ siteId }) => siteId);
    const twice = leafOf(headers, { sites: [...names, ...names.slice(0, 1)] });
    expect(() => check({ leaf: twice })).toThrow(refusal('bad-message', 'twice'));
    expect(() => check({ required: 5 })).toThrow(refusal('bad-message', '5 are needed'));
    expect(() => check({ headers: headers.slice(1) })).toThrow(
      refusal('bad-message', 'not those of the sites'),
    );
  });

  it.each<[string, Partial<UpdateHeader>, string]>([
    ['of another attempt', { attemptId: 'ff'.repeat(16) as AttemptId }, 'another attempt'],
    ['of another manifest', { manifestHash: other }, 'another attempt, manifest'],
    [
      'masked for other sharers',
      { payload: { kind: 'masked', sharersHash: other, training: 0 } },
      'another set of sharers',
    ],
  ])('is refused with a header %s', (_, change, reason) => {
    const shown = [...headers.slice(0, 3), headerOf(alive[3] as TestSite, change)];
    expect(() => check({ leaf: leafOf(shown), headers: shown })).toThrow(
      refusal('bad-message', reason),
    );
  });

  it('is refused with a header that its site did not sign', () => {
    const forged = signBody(
      'update-header',
      headers[3]?.body as UpdateHeader,
      (sites[4] as TestSite).identity,
    );
    const shown = [...headers.slice(0, 3), forged];
    expect(() => check({ leaf: leafOf(shown), headers: shown })).toThrow(refusal('bad-signature'));
  });

  it('is refused when it counts this site with another header, or though it sent none', () => {
    const siteId = alive[0]?.siteId as SiteId;
    const reason = refusal('bad-message', 'not the one that it sent');
    expect(() => check({ own: { siteId, headerHash: other } })).toThrow(reason);
    expect(() => check({ own: { siteId } })).toThrow(reason);
  });
});

const leafHash = randomBytes(32);

function endorsed(site: TestSite, change: Partial<Endorsement> = {}): Signed<Endorsement> {
  const body: Endorsement = {
    ...place,
    attemptId: ATTEMPT.attemptId,
    siteId: site.siteId,
    leafIndex: 9,
    leafHash: toBase64(leafHash),
    ...change,
  };
  return signBody('endorsement', body, site.identity);
}

function quorum(
  endorsements: readonly Signed<Endorsement>[],
  change: Partial<QuorumToCheck> = {},
): void {
  requireQuorum({
    endorsements,
    attemptId: ATTEMPT.attemptId,
    leafHash,
    sharers: members,
    threshold: 4,
    ...change,
  });
}

describe('a quorum', () => {
  const good = alive.map((site) => endorsed(site));

  it('is t endorsements of one leaf by different sharers', () => {
    expect(() => {
      quorum(good);
    }).not.toThrow();
    expect(() => {
      quorum([...good.slice(1), ...good.slice(1)]);
    }).toThrow(refusal('bad-message', '3 sites endorsed'));
  });

  it.each<[string, Partial<Endorsement>]>([
    ['another leaf', { leafHash: toBase64(new Uint8Array(32)) }],
    ['another attempt', { attemptId: 'ff'.repeat(16) as AttemptId }],
  ])('holds no endorsement of %s', (_, change) => {
    expect(() => {
      quorum([...good, endorsed(sites[4] as TestSite, change)]);
    }).toThrow(refusal('bad-message', 'another leaf'));
  });

  it('holds no endorsement of a stranger, nor one that somebody else or another domain signed (case 66)', () => {
    const [first, second] = alive as unknown as [TestSite, TestSite];
    expect(() => {
      quorum(good, { sharers: members.slice(1) });
    }).toThrow(refusal('bad-message', 'not among those'));
    const forged = signBody('endorsement', endorsed(first).body, second.identity);
    const cosigned = signBody('session', endorsed(first).body, first.identity);
    for (const wrong of [forged, cosigned]) {
      expect(() => {
        quorum([wrong, ...good.slice(1)]);
      }).toThrow(refusal('bad-signature'));
    }
  });
});

describe('what a site answers', () => {
  const names = sites.map(({ siteId }) => siteId);
  const held = new Map(
    names.map((siteId) => [siteId, { selfSeed: randomBytes(33), maskKey: randomBytes(33) }]),
  );

  it('is one share of each sharer, of b if it survived and else of s, never both', () => {
    const shares = unmaskingShares(held, names.slice(0, 4), names);
    expect(shares.map(({ dealer }) => dealer)).toEqual(names);
    expect(shares.map(({ kind }) => kind)).toEqual([
      ...new Array<string>(4).fill('self-seed'),
      'mask-key',
    ]);
    expect(shares[4]?.share).toBe(toBase64(held.get(names[4] as SiteId)?.maskKey as Uint8Array));
  });

  it('is one share of a sharer that is named twice among sharers and survivors', () => {
    expect(unmaskingShares(held, [...names, ...names], [...names, ...names])).toHaveLength(5);
  });

  it('is nothing when a survivor did not deal, or a share is not held', () => {
    expect(() => unmaskingShares(held, ['stranger' as SiteId], names)).toThrow(
      refusal('bad-message', 'did not deal'),
    );
    expect(() => unmaskingShares(new Map(), names, names)).toThrow(
      refusal('bad-message', 'holds no share'),
    );
  });
});
