/** An attempt as the rules see it: its manifest, its phase, what each site said. */
import type { Signed } from '@consilium/shared/crypto';
import type {
  Advert,
  Decline,
  Endorsement,
  Manifest,
  Revealed,
  RoundRecord,
  Shares,
  UpdateHeader,
  Vote,
} from '@consilium/shared/protocol';
import type { Phase, Tally } from '@consilium/shared/rounds';
import type { AttemptId, ContentHash, SiteId } from '@consilium/shared/vocabulary';
import type { ParticipantState } from './participant.entity.js';

export interface Attempt {
  readonly attemptId: AttemptId;
  readonly phase: Phase;
  readonly manifest: Signed<Manifest>;
  readonly manifestHash: ContentHash;
  /** Private half of the aggregation key, sealed; gone once the attempt ended. */
  readonly sealedKey?: Uint8Array;
  readonly peersHash?: ContentHash;
  /** Names U2 of a secure attempt once it is fixed. */
  readonly sharersHash?: ContentHash;
  readonly survivors?: readonly SiteId[];
  /** Of a secure attempt, once the survivors are in the log. */
  readonly survivorsLeaf?: SurvivorsLeaf;
  /** The secrets that took the masks off, once a secure attempt is committed. */
  readonly revealed?: Revealed;
  /** What the sites that are summed vote on, or have voted on. */
  readonly candidate?: RoundRecord;
  /** Once committed. */
  readonly record?: RoundRecord;
  readonly reason?: string;
  readonly openedAtMs: number;
  readonly phaseSinceMs: number;
  readonly endedAtMs?: number;
  /** One for each site of the cohort, sorted by site. */
  readonly participants: readonly Participant[];
}

/** The leaf that sites endorse. */
export interface SurvivorsLeaf {
  readonly index: number;
  /** RFC 6962 leaf hash, base64. */
  readonly hash: string;
}

export interface Participant {
  readonly siteId: SiteId;
  readonly state: ParticipantState;
  readonly isPeer: boolean;
  /** One of U2. */
  readonly isSharer: boolean;
  readonly advert?: Signed<Advert>;
  readonly decline?: Signed<Decline>;
  readonly shares?: Signed<Shares>;
  readonly header?: Signed<UpdateHeader>;
  readonly endorsement?: Signed<Endorsement>;
  readonly vote?: Signed<Vote>;
}

/** A site whose advert is in the closed set. */
export type Peer = Participant & { readonly advert: Signed<Advert> };

/** A peer of a secure attempt that dealt its shares. */
export type Sharer = Peer & { readonly shares: Signed<Shares> };

/** A peer whose update is there whole. */
export type Sender = Peer & { readonly header: Signed<UpdateHeader> };

/** The participants whose adverts stand: before the closing those that would be taken, after it those that were. */
export function peersOf({ phase, participants }: Attempt): Peer[] {
  return participants.filter(
    (participant): participant is Peer =>
      participant.advert !== undefined &&
      (phase === 'advertising' ? participant.state === 'advertised' : participant.isPeer),
  );
}

export function sendersOf(attempt: Attempt): Sender[] {
  return peersOf(attempt).filter(
    (peer): peer is Sender => peer.state === 'updated' && peer.header !== undefined,
  );
}

/** U2: before it is fixed those that would be taken, after it those that were. */
export function sharersOf(attempt: Attempt): Sharer[] {
  return peersOf(attempt).filter(
    (peer): peer is Sharer =>
      peer.shares !== undefined &&
      (attempt.phase === 'sharing' ? peer.state === 'shared' : peer.isSharer),
  );
}

/** The headers of the survivors of a secure attempt, whatever became of the sites since. */
export function survivingHeaders(attempt: Attempt): Signed<UpdateHeader>[] {
  return attempt.participants.flatMap(({ siteId, header }) =>
    header !== undefined && attempt.survivors?.includes(siteId) === true ? [header] : [],
  );
}

/** In the order of their sites. */
export function votesOf({ participants }: Attempt): Signed<Vote>[] {
  return participants.flatMap(({ vote }) => vote ?? []);
}

export function isSecure({ manifest }: Attempt): boolean {
  return manifest.body.aggregation.kind === 'secure';
}

/** Those that the attempt waits for in its phase, or has waited for. */
function countedOf(attempt: Attempt): readonly Participant[] {
  if (attempt.phase === 'advertising') {
    return attempt.participants;
  }
  const isSharing = attempt.phase === 'sharing' || !isSecure(attempt);
  return isSharing ? peersOf(attempt) : sharersOf(attempt);
}

/** Nobody waits for these any longer. */
const SILENT: readonly ParticipantState[] = ['declined', 'refused', 'left'];

/** @param answered sites of U2 whose shares for unmasking are there */
export function tallyOf(attempt: Attempt, answered = 0): Tally {
  const sharers = sharersOf(attempt);
  const verdicts = votesOf(attempt).map(({ body }) => body.verdict);
  return {
    cohort: attempt.participants.length,
    advertised: peersOf(attempt).length,
    declined: countedOf(attempt).filter(({ state }) => SILENT.includes(state)).length,
    updated: sendersOf(attempt).length,
    shared: sharers.length,
    endorsed: sharers.filter(({ endorsement }) => endorsement !== undefined).length,
    answered,
    survivors: attempt.survivors?.length ?? 0,
    accepted: verdicts.filter((verdict) => verdict === 'accept').length,
    refused: verdicts.filter((verdict) => verdict === 'refuse').length,
  };
}

/** Of whom a word is awaited in the present phase. @param answered whose shares for unmasking are there */
export function awaitedOf(attempt: Attempt, answered: readonly SiteId[] = []): SiteId[] {
  if (attempt.phase === 'voting') {
    return attempt.participants
      .filter(({ siteId, vote }) => attempt.survivors?.includes(siteId) === true && !vote)
      .map(({ siteId }) => siteId);
  }
  return countedOf(attempt)
    .filter((row) => isAwaited(attempt.phase, row, answered))
    .map(({ siteId }) => siteId);
}

function isAwaited(phase: Phase, row: Participant, answered: readonly SiteId[]): boolean {
  switch (phase) {
    case 'advertising':
      return row.state === 'invited';
    case 'sharing':
      return row.state === 'advertised';
    case 'collecting':
      return row.state === 'advertised' || row.state === 'shared';
    case 'sealing':
      return row.isSharer && row.endorsement === undefined;
    case 'unmasking':
      return !answered.includes(row.siteId);
    case 'voting':
    case 'committed':
    case 'aborted':
      return false;
  }
}

/** W: what the weights of the peers add up to. */
export function weightOf(peers: readonly Peer[]): number {
  return peers.reduce((sum, { advert }) => sum + advert.body.weight, 0);
}

/** What the sealed private half of an attempt's aggregation key is bound to. */
export function keyPurpose(attemptId: AttemptId): string {
  return `aggregation-key/${attemptId}`;
}
