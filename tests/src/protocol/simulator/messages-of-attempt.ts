/** The messages and leaves of a secure attempt, made of the documents that are at hand: by an honest coordinator, or a lying one. */
import { toBase64 } from '@consilium/shared/encoding';
import { signBody, type Signed } from '@consilium/shared/crypto';
import {
  headersHash,
  peersHash,
  sharersHash,
  signedHash,
  type Advert,
  type Leaf,
  type Manifest,
  type UpdateHeader,
} from '@consilium/shared/protocol';
import { dealtTo, type SurvivorsLeaf } from '@consilium/shared/secagg';
import type { AttemptId, SiteId } from '@consilium/shared/vocabulary';
import { COORDINATOR } from './cast.js';
import type { KeptDealing } from './coordinator-journal.js';
import { CHECKPOINT, hashOf, leafOf, ofAttempt, type Told } from './messages.js';

export interface AttemptTerms {
  readonly attemptId: AttemptId;
  readonly attemptNo: number;
  readonly cohort: readonly SiteId[];
  readonly colluders: number;
  readonly threshold: number;
}

export function signedManifest(terms: AttemptTerms): Signed<Manifest> {
  const { attemptId, attemptNo, cohort, colluders, threshold } = terms;
  const body: Manifest = {
    v: 1,
    ...ofAttempt(attemptId),
    attemptNo,
    studyProtocolHash: hashOf('1'),
    backboneHash: hashOf('2'),
    schemaHash: hashOf('3'),
    adapterCheckpointHash: CHECKPOINT,
    rosterEpoch: 1,
    rosterHash: hashOf('4'),
    rosterLeafIndex: 0,
    cohort: [...cohort],
    minSites: 3,
    aggregation: { kind: 'secure', colluders, threshold },
    advertDeadlineMs: 1,
    roundDeadlineMs: 1,
    issuedAtMs: 1,
  };
  return signBody('manifest', body, COORDINATOR);
}

export function manifestLeaf(manifest: Signed<Manifest>): Leaf {
  const { attemptId, attemptNo } = manifest.body;
  const manifestHash = signedHash(manifest);
  return { ...leafOf(attemptId), type: 'round.manifest', attemptNo, manifestHash };
}

/** What each dealer has for one holder. */
export function relayOf(
  attemptId: AttemptId,
  holder: SiteId,
  dealings: readonly KeptDealing[],
): Told<'round.relay'> {
  const dealt = dealings.map(({ shares, entries }) => dealtTo(holder, shares, entries));
  return { kind: 'round.relay', ...ofAttempt(attemptId), dealt };
}

export interface SurvivorsToName {
  readonly attemptId: AttemptId;
  readonly adverts: readonly Signed<Advert>[];
  readonly dealings: readonly KeptDealing[];
  readonly headers: readonly Signed<UpdateHeader>[];
  /** Indices of leaves. */
  readonly earlier: readonly number[];
}

export function survivorsLeaf(named: SurvivorsToName): SurvivorsLeaf {
  const { attemptId, adverts, dealings, headers, earlier } = named;
  return {
    ...leafOf(attemptId),
    type: 'round.survivors',
    peersHash: peersHash(attemptId, adverts),
    sharersHash: sharersHash(
      attemptId,
      dealings.map(({ shares }) => shares),
    ),
    earlier: [...earlier],
    sites: headers.map(({ body }) => body.siteId).sort(),
    headersHash: headersHash(attemptId, headers),
  };
}

export function abortedLeaf(attemptId: AttemptId, reason: string): Leaf {
  return { ...leafOf(attemptId), type: 'round.aborted', reason };
}

/** A record of which only the hash of the sum matters here. */
export function resultLeaf(attemptId: AttemptId, ringSumHash: Manifest['schemaHash']): Leaf {
  return {
    ...leafOf(attemptId),
    type: 'round.result',
    recordHash: hashOf('5'),
    ringSumHash,
    adapterCheckpointHash: hashOf('6'),
  };
}

/** The first leaf of a log. */
export function openedLeaf(coordinatorKey: Uint8Array): Leaf {
  const key = toBase64(coordinatorKey);
  return {
    v: 1,
    atMs: 1,
    type: 'log.opened',
    origin: 'simulator',
    logKey: key,
    coordinatorKey: key,
  };
}
