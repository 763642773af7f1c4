/** What travels from the candidate on: the words of coordinator and sites, and the study that they are about. */
import type { Signed } from '@consilium/shared/crypto';
import { signBody } from '@consilium/shared/crypto';
import type { Acceptance, Manifest, Privacy, RoundRecord, Vote } from '@consilium/shared/protocol';
import { groupsOfCohort, secureThreshold } from '@consilium/shared/secagg';
import { encodeFloat } from '@consilium/shared/encoding';
import type { AttemptId, ContentHash, SiteId } from '@consilium/shared/vocabulary';
import { COORDINATOR } from '../simulator/cast.js';
import { hashOf, ofAttempt } from '../simulator/messages.js';

/** With the survivors that the site endorsed: how that comes about is the other simulator's part. */
export interface Begun {
  readonly kind: 'begun';
  readonly attemptId: AttemptId;
  readonly manifest: Signed<Manifest>;
  readonly leafIndex: number;
  readonly endorsed: readonly SiteId[];
}

export interface Proposed {
  readonly kind: 'round.candidate';
  readonly attemptId: AttemptId;
  readonly record: RoundRecord;
  readonly leafIndex: number;
}

export interface Result {
  readonly kind: 'round.result';
  readonly attemptId: AttemptId;
  readonly record: RoundRecord;
  readonly leafIndex: number;
  readonly votes: readonly Signed<Vote>[];
}

export interface Aborted {
  readonly kind: 'round.aborted';
  readonly attemptId: AttemptId;
  readonly leafIndex: number;
}

export type ToSite = Begun | Proposed | Result | Aborted;

export interface Study {
  readonly studyId: ReturnType<typeof ofAttempt>['studyId'];
  readonly seed: string;
  readonly privacy: Privacy;
  readonly acceptance: Acceptance;
  /** The largest L2 norm of the mean delta. */
  readonly maxNorm: number;
}

const COLLUDERS = 1;
const MAX_NORM = 0.75;

/** @param isGrouped whether sites are summed in groups of five */
export function studyOf(seed: string, isGrouped: boolean): Study {
  const groups = { sites: 5, minSites: 4, combine: { kind: 'median' } } as const;
  return {
    studyId: ofAttempt('' as AttemptId).studyId,
    seed,
    privacy: {
      ...{ secureAggregation: 'on', colluders: COLLUDERS },
      ...(isGrouped ? { groups } : {}),
    },
    acceptance: { metric: 'loss', tolerance: encodeFloat(0.01), maxNorm: encodeFloat(MAX_NORM) },
    maxNorm: MAX_NORM,
  };
}

export interface Terms {
  readonly attemptId: AttemptId;
  readonly roundNo: number;
  readonly attemptNo: number;
  readonly cohort: readonly SiteId[];
  readonly base: ContentHash;
}

export function signedManifest(
  study: Study,
  { attemptId, roundNo, attemptNo, cohort, base }: Terms,
): Signed<Manifest> {
  const groups = groupsOfCohort(study, cohort);
  const threshold = secureThreshold(cohort.length, COLLUDERS);
  const body: Manifest = {
    v: 1,
    ...ofAttempt(attemptId),
    roundNo,
    attemptNo,
    studyProtocolHash: hashOf('1'),
    backboneHash: hashOf('2'),
    schemaHash: hashOf('3'),
    adapterCheckpointHash: base,
    rosterEpoch: 1,
    rosterHash: hashOf('4'),
    rosterLeafIndex: 0,
    cohort: [...cohort],
    minSites: 3,
    aggregation: {
      ...{ kind: 'secure', colluders: COLLUDERS, threshold },
      ...(groups === undefined ? {} : { groups }),
    },
    acceptance: 'vote',
    advertDeadlineMs: 1,
    roundDeadlineMs: 1,
    issuedAtMs: 1,
  };
  return signBody('manifest', body, COORDINATOR);
}

/** What every leaf about the attempt begins with. */
export function leafOf(attemptId: AttemptId, roundNo: number) {
  return { v: 1, atMs: 1, ...ofAttempt(attemptId), roundNo } as const;
}
