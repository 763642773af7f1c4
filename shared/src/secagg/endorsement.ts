/** A site's checks before it endorses survivors, and before a share leaves it: docs/protocol/v1.md section 4.1, steps 5 and 6. */
import { verifyBody, type Signed } from '../crypto/index.js';
import { toBase64 } from '../encoding/index.js';
import {
  headersHash,
  signedHash,
  type Endorsement,
  type Leaf,
  type ManifestGroups,
  type Unmasking,
  type UpdateHeader,
} from '../protocol/index.js';
import {
  ConsiliumError,
  type AttemptId,
  type ContentHash,
  type SiteId,
} from '../vocabulary/index.js';
import type { SecureAttempt } from './dealings.js';
import { requireGroups } from './groups.js';
import type { SharePair } from './shares.js';
import { secretKindOf } from './unmask.js';

/** A site of U2 and its key in the roster, 32 bytes. */
export interface Member {
  readonly siteId: SiteId;
  readonly identityKey: Uint8Array;
}

export type SurvivorsLeaf = Extract<Leaf, { type: 'round.survivors' }>;

export interface SurvivorsToCheck {
  readonly leaf: SurvivorsLeaf;
  /** Of the sites that the leaf names. */
  readonly headers: readonly Signed<UpdateHeader>[];
  readonly attempt: SecureAttempt;
  /** U2. */
  readonly sharers: readonly Member[];
  readonly sharersHash: ContentHash;
  /** As `requiredSites` says. */
  readonly required: number;
  /** Of the manifest; absent where all sites are summed together. */
  readonly groups?: ManifestGroups | undefined;
  readonly own: {
    readonly siteId: SiteId;
    /** Of the signed header that it sent; absent if it sent none. */
    readonly headerHash?: ContentHash;
  };
}

/**
 * The checks of a survivor leaf that need no log, which the site adds: that the leaf is included, and the first of the attempt.
 * @returns U3, sorted
 * @throws ConsiliumError 'bad-message' when the leaf is of another attempt, set of peers or set of sharers, names a site twice, a
 * stranger or too few, or its groups are not as requireGroups asks, when the headers are not those of its sites, are of another attempt or set of sharers or give another hash,
 * or when this site's own differs; 'bad-signature'
 */
export function requireSurvivors(check: SurvivorsToCheck): readonly SiteId[] {
  const { leaf, headers, attempt, sharersHash, sharers } = check;
  if (leaf.attemptId !== attempt.attemptId || leaf.peersHash !== attempt.peersHash) {
    throw refuse('the leaf is of another attempt or set of peers');
  }
  if (leaf.sharersHash !== sharersHash) {
    throw refuse('the leaf names another set of sharers than this site was shown');
  }
  const survivors = requireSubset(check);
  requireGroups(leaf, check.groups);
  const named = headers.map(({ body }) => body.siteId).sort();
  if (named.join() !== survivors.join()) {
    throw refuse('the headers are not those of the sites in the leaf');
  }
  const keys = new Map(sharers.map(({ siteId, identityKey }) => [siteId, identityKey]));
  for (const header of headers) {
    const key = keys.get(header.body.siteId) as Uint8Array;
    requireHeader(verifyBody('update-header', header, key), attempt, sharersHash);
  }
  if (leaf.headersHash !== headersHash(attempt.attemptId, headers)) {
    throw refuse('the leaf names other headers than those that came with it');
  }
  requireOwn(check);
  return survivors;
}

export interface QuorumToCheck {
  readonly endorsements: readonly Signed<Endorsement>[];
  readonly attemptId: AttemptId;
  /** Of the leaf that this site endorsed, 32 bytes. */
  readonly leafHash: Uint8Array;
  /** U2. */
  readonly sharers: readonly Member[];
  /** t. */
  readonly threshold: number;
}

/**
 * @throws ConsiliumError 'bad-message' unless t different sites of U2 endorsed the leaf that this site endorsed, and 'bad-signature'
 * unless each signed it
 */
export function requireQuorum({
  endorsements,
  attemptId,
  leafHash,
  sharers,
  threshold,
}: QuorumToCheck): void {
  const keys = new Map(sharers.map(({ siteId, identityKey }) => [siteId, identityKey]));
  const leaf = toBase64(leafHash);
  const endorsed = new Set<SiteId>();
  for (const endorsement of endorsements) {
    const { siteId } = endorsement.body;
    const key = keys.get(siteId);
    if (key === undefined) {
      throw refuse(`site ${siteId} endorsed them and is not among those that dealt shares`);
    }
    const body = verifyBody('endorsement', endorsement, key);
    if (body.attemptId !== attemptId || body.leafHash !== leaf) {
      throw refuse(`site ${siteId} endorsed another leaf than this site did`);
    }
    endorsed.add(siteId);
  }
  if (endorsed.size < threshold) {
    throw refuse(`${endorsed.size} sites endorsed them, ${threshold} are needed`);
  }
}

/**
 * What a site answers: its share of b of each survivor and of s of each other sharer, never of both.
 * @param held as `openRelay` gives it
 * @throws ConsiliumError 'bad-message' when a survivor is no sharer, or no share of a sharer is held
 */
export function unmaskingShares(
  held: ReadonlyMap<SiteId, SharePair>,
  survivors: readonly SiteId[],
  sharers: readonly SiteId[],
): Unmasking['shares'] {
  const alive = new Set(survivors);
  const names = new Set(sharers);
  const stranger = survivors.find((siteId) => !names.has(siteId));
  if (stranger !== undefined) {
    throw refuse(`site ${stranger} is named and did not deal shares`);
  }
  return [...names].sort().map((dealer) => {
    const pair = held.get(dealer);
    if (pair === undefined) {
      throw refuse(`this site holds no share of site ${dealer}`);
    }
    const kind = secretKindOf(dealer, alive);
    const share = kind === 'self-seed' ? pair.selfSeed : pair.maskKey;
    return { dealer, kind, share: toBase64(share) };
  });
}

function requireSubset({ leaf, sharers, required }: SurvivorsToCheck): readonly SiteId[] {
  const survivors = [...leaf.sites].sort();
  const names = new Set(sharers.map(({ siteId }) => siteId));
  const stranger = survivors.find((siteId) => !names.has(siteId));
  if (stranger !== undefined) {
    throw refuse(`site ${stranger} is named and did not deal shares`);
  }
  if (new Set(survivors).size !== survivors.length) {
    throw refuse('a site is named twice');
  }
  if (survivors.length < required) {
    throw refuse(`${survivors.length} sites, ${required} are needed`);
  }
  return survivors;
}

function requireHeader(
  header: UpdateHeader,
  attempt: SecureAttempt,
  sharersHash: ContentHash,
): void {
  const isOfAttempt =
    header.attemptId === attempt.attemptId &&
    header.manifestHash === attempt.manifestHash &&
    header.peersHash === attempt.peersHash;
  if (!isOfAttempt) {
    throw refuse(`the update of site ${header.siteId} is of another attempt, manifest or peers`);
  }
  if (header.payload.kind !== 'masked' || header.payload.sharersHash !== sharersHash) {
    throw refuse(`the update of site ${header.siteId} was masked for another set of sharers`);
  }
}

function requireOwn({ headers, own }: SurvivorsToCheck): void {
  const shown = headers.find(({ body }) => body.siteId === own.siteId);
  if (shown !== undefined && signedHash(shown) !== own.headerHash) {
    throw refuse('the header of this site is not the one that it sent');
  }
}

function refuse(reason: string): ConsiliumError {
  return new ConsiliumError('bad-message', `survivors refused: ${reason}`);
}
