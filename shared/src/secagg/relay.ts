/** A holder's checks of what was dealt to it: docs/protocol/v1.md section 4.1, step 3. */
import { boxOpen, verifyBody } from '../crypto/index.js';
import { canonicalBytes, equalBytes, fromBase64, toBase64 } from '../encoding/index.js';
import { verifyInclusion } from '../log/index.js';
import { sharersHash, signedHash, type Dealt } from '../protocol/index.js';
import {
  ConsiliumError,
  isConsiliumError,
  type ContentHash,
  type SiteId,
} from '../vocabulary/index.js';
import { boxBinding, SHARE_BYTES, shareCommitment } from './commitments.js';
import { requireOfAttempt, type SecureAttempt } from './dealings.js';
import type { Member } from './endorsement.js';
import type { SharePair } from './shares.js';

/** A site of U1, as its advert and the roster name it; the keys are 32 bytes each. */
export interface Peer {
  readonly siteId: SiteId;
  readonly identityKey: Uint8Array;
  readonly transportKey: Uint8Array;
}

/** Who opens what was dealt. */
export interface Holder {
  readonly siteId: SiteId;
  readonly transportSecret: Uint8Array;
  /** The shares that it kept of its own secrets, and the hash of its signed `Shares`. */
  readonly own: { readonly pair: SharePair; readonly sharesHash: ContentHash };
}

export interface DealtToOpen {
  readonly dealt: Dealt;
  readonly holder: Holder;
  readonly attempt: SecureAttempt;
  /** U1. */
  readonly peers: readonly Peer[];
}

/**
 * Opens what one dealer gave to the holder.
 * @throws ConsiliumError as requireDealt; 'bad-message' naming the dealer when the box does not open, names others or does not match
 * the commitments; 'weak-key'
 */
export function openDealt({ dealt, holder, attempt, peers }: DealtToOpen): SharePair {
  const dealer = requireDealt({ dealt, holder: holder.siteId, attempt, peers });
  return openEntry(dealt, dealer, holder, attempt);
}

export interface DealtToCheck<P> {
  readonly dealt: Dealt;
  readonly holder: SiteId;
  readonly attempt: SecureAttempt;
  /** U1. */
  readonly peers: readonly P[];
}

/**
 * That the dealer signed this very entry for the holder, which nobody on the way can have changed.
 * @returns the dealer
 * @throws ConsiliumError 'bad-message' naming the dealer when it is no peer, the shares are of another attempt or manifest or
 * among other peers, or the entry is for another holder; 'bad-signature', 'proof-invalid'
 */
export function requireDealt<P extends Member>({
  dealt,
  holder,
  attempt,
  peers,
}: DealtToCheck<P>): P {
  const dealer = peers.find(({ siteId }) => siteId === dealt.shares.body.siteId);
  if (dealer === undefined) {
    throw refuse(dealt.shares.body.siteId, 'it did not advertise');
  }
  const shares = verifyBody('shares', dealt.shares, dealer.identityKey);
  requireOfAttempt(shares, attempt, dealer.siteId);
  if (shares.entries !== peers.length || dealt.entry.holder !== holder) {
    throw refuse(dealer.siteId, 'the entry is not for this site among all that advertised');
  }
  verifyInclusion({
    leaf: canonicalBytes(dealt.entry),
    index: dealt.index,
    size: shares.entries,
    proof: dealt.inclusion.map(fromBase64),
    root: fromBase64(shares.entriesRoot),
  });
  return dealer;
}

/** What is left to check of it, in which nobody but the dealer and the holder has a hand. */
function openEntry(dealt: Dealt, dealer: Peer, holder: Holder, attempt: SecureAttempt): SharePair {
  const pair =
    dealer.siteId === holder.siteId
      ? ownPair(dealt, holder)
      : openBox({ dealt, dealer, holder, attempt });
  requireCommitted(dealt, pair, attempt);
  return pair;
}

export interface RelayToOpen {
  /** What each site of U2 dealt to the holder. */
  readonly dealt: readonly Dealt[];
  readonly holder: Holder;
  readonly attempt: SecureAttempt;
  readonly peers: readonly Peer[];
  /** As `requiredSites` says. */
  readonly required: number;
}

export interface OpenedRelay {
  /** U2, sorted. */
  readonly sharers: readonly SiteId[];
  readonly sharersHash: ContentHash;
  /** What the holder has of each of them. */
  readonly held: ReadonlyMap<SiteId, SharePair>;
}

/**
 * Opens all that was dealt to the holder by U2.
 * @throws ConsiliumError 'bad-message' when U2 is too small, names a site twice or leaves out the holder; as openDealt
 */
export function openRelay({ dealt, holder, attempt, peers, required }: RelayToOpen): OpenedRelay {
  const held = new Map(
    dealt.map((one) => [one.shares.body.siteId, openDealt({ dealt: one, holder, attempt, peers })]),
  );
  if (held.size !== dealt.length) {
    throw new ConsiliumError('bad-message', 'a site is named twice among those that dealt shares');
  }
  if (!held.has(holder.siteId)) {
    throw refuse(holder.siteId, 'its own shares are not among those that it is shown');
  }
  if (held.size < required) {
    throw new ConsiliumError(
      'bad-message',
      `${held.size} sites dealt shares, ${required} are needed`,
      { detail: { sharers: held.size, required } },
    );
  }
  return {
    sharers: [...held.keys()].sort(),
    sharersHash: sharersHash(
      attempt.attemptId,
      dealt.map(({ shares }) => shares),
    ),
    held,
  };
}

/**
 * What the holder may complain of: the first entry that another site signed for it and that does not open or does not fit its
 * commitments. Undefined when all is well, and when what came is not what a dealer signed, of which no dealer is to blame.
 */
export function faultyDealing({
  dealt,
  holder,
  attempt,
  peers,
}: Omit<RelayToOpen, 'required'>): Dealt | undefined {
  return dealt
    .filter(({ shares }) => shares.body.siteId !== holder.siteId)
    .find((one) => {
      const check = { dealt: one, holder: holder.siteId, attempt, peers };
      const dealer = holds(() => requireDealt(check));
      return dealer !== undefined && !holds(() => openEntry(one, dealer, holder, attempt));
    });
}

/** @returns undefined when a check failed */
function holds<T extends object>(check: () => T): T | undefined {
  try {
    return check();
  } catch (error) {
    if (isConsiliumError(error)) {
      return undefined;
    }
    throw error;
  }
}

/** Its own shares came out of its own hands; what it signed must come back unchanged. */
function ownPair({ shares, entry }: Dealt, { siteId, own }: Holder): SharePair {
  if (signedHash(shares) !== own.sharesHash || entry.box !== undefined) {
    throw refuse(siteId, 'they are not what this site signed');
  }
  return own.pair;
}

function openBox({
  dealt,
  dealer,
  holder,
  attempt,
}: Omit<DealtToOpen, 'peers'> & { readonly dealer: Peer }): SharePair {
  const { box } = dealt.entry;
  if (box === undefined) {
    throw refuse(dealer.siteId, 'there is no box for this site');
  }
  const plain = boxOpen(box, dealer.transportKey, holder.transportSecret);
  const { attemptId, peersHash } = attempt;
  const binding = boxBinding({ attemptId, from: dealer.siteId, peersHash, to: holder.siteId });
  if (!equalBytes(plain.subarray(2 * SHARE_BYTES), binding)) {
    throw refuse(dealer.siteId, 'the box was made for another site, attempt or set of peers');
  }
  return {
    selfSeed: plain.slice(0, SHARE_BYTES),
    maskKey: plain.slice(SHARE_BYTES, 2 * SHARE_BYTES),
  };
}

function requireCommitted({ shares, entry }: Dealt, pair: SharePair, attempt: SecureAttempt): void {
  const dealer = shares.body.siteId;
  const place = { attemptId: attempt.attemptId, dealer, holder: entry.holder } as const;
  const selfSeed = shareCommitment({ ...place, kind: 'self-seed' }, pair.selfSeed);
  const maskKey = shareCommitment({ ...place, kind: 'mask-key' }, pair.maskKey);
  if (toBase64(selfSeed) !== entry.selfSeed || toBase64(maskKey) !== entry.maskKey) {
    throw refuse(dealer, 'a share does not match the commitment to it');
  }
}

function refuse(dealer: SiteId, reason: string): ConsiliumError {
  return new ConsiliumError('bad-message', `shares of site ${dealer}: ${reason}`, {
    detail: { dealer },
  });
}
