/** What every part of the sample study works with. */
import type { Signed, SigningKeyPair } from '../../crypto/index.js';
import type {
  Act,
  Advert,
  Dealt,
  DoublySignedKeyRotation,
  Leaf,
  Manifest,
  Roster,
  RoundRecord,
  StudyProtocol,
  Vote,
  Withdrawal,
} from '../../protocol/index.js';
import type { TensorSchema, TensorSet } from '../../tensors/index.js';
import type { SiteId } from '../../vocabulary/index.js';
import type { SampleLog } from './sample-log.js';

/** Where the coordinator lies, log key in hand. */
export interface Forgery {
  /** What the log records in place of a leaf; undefined for nothing. */
  readonly leaf?: (leaf: Leaf) => Leaf | undefined;
  readonly manifest?: (manifest: Manifest) => Manifest;
  readonly advert?: (advert: Advert) => Advert;
  readonly record?: (record: RoundRecord) => RoundRecord;
  readonly roster?: (roster: Roster) => Roster;
  readonly rotation?: (rotation: DoublySignedKeyRotation) => DoublySignedKeyRotation;
  readonly withdrawal?: (withdrawal: Withdrawal) => Withdrawal;
  readonly act?: (act: Act) => Act;
  /** Whom the coordinator counts in all the same: those of the first round. */
  readonly keepsEverybody?: boolean;
  /** Applied after the adapter was made from the true sum. */
  readonly ringSum?: (sum: Uint32Array) => Uint32Array;
  readonly adapter?: (adapter: TensorSet) => TensorSet;
  /** The first site declines before it joins, which is no lie, or after it has joined. */
  readonly declines?: 'before' | 'after';
  /** A person pauses the study after the first attempt, and resumes it; not a lie. */
  readonly isPaused?: boolean;
  /** The sites vote on each candidate; not a lie. */
  readonly isVoted?: boolean;
  /** They refuse the candidate of the first attempt; not a lie either. */
  readonly isRejectedAtFirst?: boolean;
  /** What the coordinator has of their votes. @param voters those that are summed */
  readonly votes?: (
    votes: Signed<Vote>[],
    voters: readonly SampleSite[],
    candidate: RoundRecord,
  ) => Signed<Vote>[];
  /** Of a secure attempt. */
  readonly secure?: SecureForgery;
}

export interface SecureForgery {
  /** Before the adapter is made of it, so that all that follows from it agrees. */
  readonly ringSum?: (sum: Uint32Array) => Uint32Array;
  /** A second list of survivors for the same attempt, put into the log after the first. */
  readonly secondList?: (sites: readonly SiteId[]) => SiteId[];
  /** Which training of the round an update comes from; a new one for each attempt if not given. */
  readonly training?: (siteId: SiteId, attemptNo: number) => number;
  /** The dealer that sends no update declines over what the first one dealt to it; what it complains of may be bent. */
  readonly complaint?: (dealt: Dealt) => Dealt;
}

export interface RoundPlan {
  readonly roundNo: number;
  readonly attemptNo: number;
  readonly previous: TensorSet;
  /** How many sites send an update. */
  readonly senders: number;
  /** Whether every site of the sum refuses what comes of it; in a study whose sites vote. */
  readonly isRejected?: boolean;
}

export interface SampleSite {
  readonly siteId: SiteId;
  readonly key: SigningKeyPair;
  readonly weight: number;
}

export interface SampleContext {
  readonly protocol: StudyProtocol;
  readonly schema: TensorSchema;
  readonly coordinatorKey: SigningKeyPair;
  readonly log: SampleLog;
  /** Those that join. */
  readonly sites: readonly SampleSite[];
  readonly forgery: Forgery;
}

export interface StartedStudy extends SampleContext {
  /** In the order of their epochs; the last one is in use. */
  readonly rosters: readonly Signed<Roster>[];
  readonly roster: Signed<Roster>;
  /** Of the leaf that made it. */
  readonly rosterLeafIndex: number;
}

/** The fields that begin every leaf. */
export const AT = { v: 1, atMs: 1_750_000_000_000 } as const;

export function same<T>(value: T): T {
  return value;
}
