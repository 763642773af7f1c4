/** The coordinator's check of what a site deals: docs/protocol/v1.md section 4.1, step 2. */
import { verifyBody, type Signed } from '../crypto/index.js';
import type { ShareEntry, Shares } from '../protocol/index.js';
import {
  ConsiliumError,
  type AttemptId,
  type ContentHash,
  type SiteId,
} from '../vocabulary/index.js';
import { entriesRoot } from './shares.js';

/** What every document of a secure attempt must name. */
export interface SecureAttempt {
  readonly attemptId: AttemptId;
  readonly manifestHash: ContentHash;
  readonly peersHash: ContentHash;
}

export interface DealingToCheck {
  readonly shares: Signed<Shares>;
  readonly entries: readonly ShareEntry[];
  readonly attempt: SecureAttempt;
  /** Who must have signed. */
  readonly dealer: { readonly siteId: SiteId; readonly identityKey: Uint8Array };
  /** U1. */
  readonly peers: readonly SiteId[];
}

/**
 * Checks the dealer's signature, the root over the entries, and that there is one entry for each site of U1, sorted, with a box
 * for every other one. What is in the boxes only their holders see.
 * @throws ConsiliumError 'bad-signature' or 'bad-message'
 */
export function requireDealing({ shares, entries, attempt, dealer, peers }: DealingToCheck): void {
  const body = verifyBody('shares', shares, dealer.identityKey);
  requireOfAttempt(body, attempt, dealer.siteId);
  const holders = [...peers].sort();
  const isComplete =
    entries.length === holders.length &&
    entries.every(
      ({ holder, box }, i) =>
        holder === holders[i] && (box === undefined) === (holder === dealer.siteId),
    );
  if (!isComplete) {
    throw refuse(dealer.siteId, 'the entries are not one for each site that advertised, sorted');
  }
  if (body.entries !== entries.length || body.entriesRoot !== entriesRoot(entries)) {
    throw refuse(dealer.siteId, 'the signed root is not that of the entries');
  }
}

/** @throws ConsiliumError 'bad-message' unless the shares are the dealer's, of the attempt, its manifest and its peers */
export function requireOfAttempt(shares: Shares, attempt: SecureAttempt, dealer: SiteId): void {
  if (shares.siteId !== dealer || shares.attemptId !== attempt.attemptId) {
    throw refuse(dealer, 'they are of another site or attempt');
  }
  if (shares.manifestHash !== attempt.manifestHash) {
    throw refuse(dealer, 'they were dealt under another manifest');
  }
  if (shares.peersHash !== attempt.peersHash) {
    throw refuse(dealer, 'they were dealt among other peers');
  }
}

function refuse(dealer: SiteId, reason: string): ConsiliumError {
  return new ConsiliumError('bad-message', `shares of site ${dealer}: ${reason}`, {
    detail: { dealer },
  });
}
