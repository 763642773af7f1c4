/** What travels in the simulator: the messages and signed documents of a secure attempt; an update comes whole, with its header. */
import type { Signed } from '@consilium/shared/crypto';
import type { OwedMessage, SiteRequest, UpdateHeader } from '@consilium/shared/protocol';
import type { AttemptId, ContentHash, SiteId, StudyId } from '@consilium/shared/vocabulary';

export type Told<K extends OwedMessage['kind']> = Extract<OwedMessage, { kind: K }>;

/** The leaf says which end it is. Its record, which only the adapter follows from, is left out. */
export interface Ended {
  readonly kind: 'ended';
  readonly attemptId: AttemptId;
  readonly leafIndex: number;
}

export type ToSite =
  | Told<'round.manifest'>
  | Told<'round.peers'>
  | Told<'round.relay'>
  | Told<'round.survivors'>
  | Told<'round.quorum'>
  | Ended;

type Requested<K extends SiteRequest['kind']> = Extract<SiteRequest, { kind: K }>;

export interface WholeUpdate {
  readonly kind: 'update';
  readonly header: Signed<UpdateHeader>;
  /** Masked. */
  readonly vector: Uint32Array;
}

export type ToCoordinator =
  | Requested<'round.advert'>
  | Requested<'round.decline'>
  | Requested<'round.shares'>
  | WholeUpdate
  | Requested<'round.endorse'>
  | Requested<'round.unmask'>;

const STUDY = 'study' as StudyId;
export const ROUND = 1;
/** Of the adapter checkpoint that every attempt starts from. */
export const CHECKPOINT = hashOf('c');

/** What every message about an attempt begins with. */
export function ofAttempt(attemptId: AttemptId) {
  return { studyId: STUDY, roundNo: ROUND, attemptId } as const;
}

/** What every document of a site in an attempt begins with. */
export function ofSite(attemptId: AttemptId, siteId: SiteId) {
  return { v: 1, ...ofAttempt(attemptId), siteId } as const;
}

/** What every leaf about an attempt begins with. */
export function leafOf(attemptId: AttemptId) {
  return { v: 1, atMs: 1, ...ofAttempt(attemptId) } as const;
}

export function attemptOf(message: ToSite): AttemptId {
  return message.kind === 'round.manifest' ? message.manifest.body.attemptId : message.attemptId;
}

/** A content hash that stands for something the simulator does not have. */
export function hashOf(digit: string): ContentHash {
  return `sha256:${digit.repeat(64)}` as ContentHash;
}
