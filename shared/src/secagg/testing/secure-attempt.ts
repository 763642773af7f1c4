/** For specs: an attempt of n sites that follow the protocol, with every value that passes between them. */
import {
  contentHashOf,
  generateSigningKeyPair,
  randomBytes,
  signBody,
  type BoxKeyPair,
  type Signed,
  type SigningKeyPair,
} from '../../crypto/index.js';
import { freshBoxKeyPair } from '../../crypto/testing/fresh-box-key-pair.js';
import {
  sharersHash,
  signedHash,
  type ShareEntry,
  type Shares,
  type Unmasking,
} from '../../protocol/index.js';
import type { AttemptId, ContentHash, SiteId, StudyId } from '../../vocabulary/index.js';
import {
  dealShares,
  dealtTo,
  maskUpdate,
  openRelay,
  openSecrets,
  requiredSites,
  secureContext,
  secureThreshold,
  selfSeedHash,
  unmaskingShares,
  unmaskSum,
  type Dealer,
  type OpenedRelay,
  type Opening,
  type Peer,
  type SecureAttempt,
  type SharePair,
  type Sharer,
} from '../index.js';

export interface TestSite {
  readonly siteId: SiteId;
  readonly identity: SigningKeyPair;
  readonly transport: BoxKeyPair;
  readonly mask: BoxKeyPair;
  readonly selfSeed: Uint8Array;
}

export interface TestDealing {
  readonly shares: Signed<Shares>;
  readonly entries: readonly ShareEntry[];
  readonly own: SharePair;
}

export const ATTEMPT: SecureAttempt = {
  attemptId: '000102030405060708090a0b0c0d0e0f' as AttemptId,
  manifestHash: contentHashOf('manifest'),
  peersHash: contentHashOf('peers'),
};

/** Signing keys are slow to make and say nothing about masks: sites of one number have one key in all attempts of a run. */
const identities = new Map<string, SigningKeyPair>();

/** Sites in the order of their ids, each with fresh keys of the attempt. */
export function testSites(n: number): readonly TestSite[] {
  return Array.from({ length: n }, (_, i) => {
    const siteId = `site-${String(i + 1).padStart(3, '0')}` as SiteId;
    const identity = identities.get(siteId) ?? generateSigningKeyPair();
    identities.set(siteId, identity);
    return {
      siteId,
      identity,
      transport: freshBoxKeyPair(),
      mask: freshBoxKeyPair(),
      selfSeed: randomBytes(32),
    };
  });
}

export function peersOf(sites: readonly TestSite[]): readonly Peer[] {
  return sites.map(({ siteId, identity, transport }) => ({
    siteId,
    identityKey: identity.publicKey,
    transportKey: transport.publicKey,
  }));
}

/** Step 2 at one site. */
export async function deal(
  site: TestSite,
  peers: readonly TestSite[],
  threshold: number,
  attempt: SecureAttempt = ATTEMPT,
): Promise<TestDealing> {
  const { siteId, selfSeed, mask, transport, identity } = site;
  const { entries, entriesRoot, own } = await dealShares({
    attemptId: attempt.attemptId,
    siteId,
    peers: peersOf(peers),
    threshold,
    secrets: { selfSeed, maskKey: mask.secretKey },
    transportSecret: transport.secretKey,
    peersHash: attempt.peersHash,
  });
  const body = { v: 1, studyId: 'study' as StudyId, roundNo: 1, siteId, ...attempt } as const;
  const shares = signBody('shares', { ...body, entriesRoot, entries: entries.length }, identity);
  return { shares, entries, own };
}

/** Step 3 at one site. */
export function receive(
  site: TestSite,
  peers: readonly TestSite[],
  dealings: readonly TestDealing[],
  required: number,
  attempt: SecureAttempt = ATTEMPT,
): OpenedRelay {
  const own = dealings.find(({ shares }) => shares.body.siteId === site.siteId) as TestDealing;
  return openRelay({
    dealt: dealings.map(({ shares, entries }) => dealtTo(site.siteId, shares, entries)),
    holder: {
      siteId: site.siteId,
      transportSecret: site.transport.secretKey,
      own: { pair: own.own, sharesHash: signedHash(own.shares) },
    },
    attempt,
    peers: peersOf(peers),
    required,
  });
}

/** What the coordinator knows of a site of U2. */
export function dealerOf(site: TestSite, { entries }: TestDealing): Dealer {
  return {
    siteId: site.siteId,
    maskKey: site.mask.publicKey,
    selfSeedHash: selfSeedHash(site.selfSeed),
    entries,
  };
}

export interface Prepared {
  readonly sites: readonly TestSite[];
  readonly threshold: number;
  readonly dealings: readonly TestDealing[];
  /** U2. */
  readonly dealers: readonly Dealer[];
  readonly context: Uint8Array;
  readonly sharersHash: ContentHash;
  /** What a site of U2 was dealt, opened once. */
  readonly relayOf: (siteId: SiteId) => OpenedRelay;
}

/** Steps 1 to 3 of n sites, of which those at the given places share. */
export async function prepareAttempt(
  n: number,
  colluders: number,
  sharers: readonly number[] = Array.from({ length: n }, (_, i) => i),
): Promise<Prepared> {
  const sites = testSites(n);
  const threshold = secureThreshold(n, colluders);
  const required = requiredSites({ minSites: 1, n, colluders });
  const sharing = sharers.map((place) => sites[place] as TestSite);
  const dealings: TestDealing[] = [];
  for (const site of sharing) {
    dealings.push(await deal(site, sites, threshold));
  }
  const hash = sharersHash(
    ATTEMPT.attemptId,
    dealings.map(({ shares }) => shares),
  );
  const relays = new Map<SiteId, OpenedRelay>();
  return {
    sites,
    threshold,
    dealings,
    dealers: sharing.map((site, i) => dealerOf(site, dealings[i] as TestDealing)),
    context: secureContext({ ...ATTEMPT, sharersHash: hash }),
    sharersHash: hash,
    relayOf: (siteId) => {
      const site = sharing.find((one) => one.siteId === siteId) as TestSite;
      const relay = relays.get(siteId) ?? receive(site, sites, dealings, required);
      relays.set(siteId, relay);
      return relay;
    },
  };
}

export interface Ending {
  /** Places in the list of sites. */
  readonly survivors: readonly number[];
  readonly answering: readonly number[];
  /** Words of the update of the site at a place. */
  readonly update: (place: number) => Uint32Array;
}

export interface Ended {
  readonly opening: Opening;
  /** Of the survivors, without masks when the secrets were opened. */
  readonly sum: Uint32Array;
}

/** Steps 4 to 6. */
export async function endAttempt(
  prepared: Prepared,
  { survivors: places, answering, update }: Ending,
): Promise<Ended> {
  const { sites, dealers, context, threshold } = prepared;
  const alive = places.map((place) => sites[place] as TestSite);
  const sum = ringSum(
    alive.map((site, i) => maskedBy(site, update(places[i] as number), dealers, context)),
  );
  const survivors = alive.map(({ siteId }) => siteId);
  const answers = answering.map((place) => answerOf(prepared, place, survivors));
  const { attemptId } = ATTEMPT;
  const opening = await openSecrets({ attemptId, sharers: dealers, survivors, threshold, answers });
  if (opening.kind === 'opened') {
    unmaskSum(sum, { secrets: opening.secrets, sharers: dealers, survivors, context });
  }
  return { opening, sum };
}

/** Step 6 at the site at a place. */
export function answerOf(
  { sites, relayOf }: Prepared,
  place: number,
  survivors: readonly SiteId[],
): Pick<Unmasking, 'siteId' | 'shares'> {
  const { siteId } = sites[place] as TestSite;
  const { held, sharers } = relayOf(siteId);
  return { siteId, shares: unmaskingShares(held, survivors, sharers) };
}

/** Step 4 at one site: a copy of the update with its masks. */
export function maskedBy(
  { siteId, mask, selfSeed }: TestSite,
  update: Uint32Array,
  sharers: readonly Sharer[],
  context: Uint8Array,
): Uint32Array {
  const vector = Uint32Array.from(update);
  maskUpdate(vector, { siteId, sharers, maskSecret: mask.secretKey, selfSeed, context });
  return vector;
}

/** Sum modulo 2^32. */
export function ringSum(vectors: readonly Uint32Array[]): Uint32Array {
  const sum = new Uint32Array(vectors[0]?.length ?? 0);
  for (const vector of vectors) {
    vector.forEach((word, i) => {
      sum[i] = (sum[i] as number) + word;
    });
  }
  return sum;
}
