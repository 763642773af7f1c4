/** An attempt as the rules see it: its manifest, its phase, what each site said. */
import type { Signed } from '@consilium/shared/crypto';
import type {
  Advert,
  Decline,
  Manifest,
  RoundRecord,
  UpdateHeader,
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
  readonly survivors?: readonly SiteId[];
  readonly record?: RoundRecord;
  readonly reason?: string;
  readonly openedAtMs: number;
  readonly endedAtMs?: number;
  /** One for each site of the cohort, sorted by site. */
  readonly participants: readonly Participant[];
}

export interface Participant {
  readonly siteId: SiteId;
  readonly state: ParticipantState;
  readonly isPeer: boolean;
  readonly advert?: Signed<Advert>;
  readonly decline?: Signed<Decline>;
  readonly header?: Signed<UpdateHeader>;
}

/** A site whose advert is in the closed set. */
export type Peer = Participant & { readonly advert: Signed<Advert> };

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

/** Nobody waits for these any longer. */
const SILENT: readonly ParticipantState[] = ['declined', 'refused', 'left'];

export function tallyOf(attempt: Attempt): Tally {
  const counted = attempt.phase === 'advertising' ? attempt.participants : peersOf(attempt);
  return {
    cohort: attempt.participants.length,
    advertised: peersOf(attempt).length,
    declined: counted.filter(({ state }) => SILENT.includes(state)).length,
    updated: sendersOf(attempt).length,
  };
}

/** W: what the weights of the peers add up to. */
export function weightOf(peers: readonly Peer[]): number {
  return peers.reduce((sum, { advert }) => sum + advert.body.weight, 0);
}

/** What the sealed private half of an attempt's aggregation key is bound to. */
export function keyPurpose(attemptId: AttemptId): string {
  return `aggregation-key/${attemptId}`;
}
