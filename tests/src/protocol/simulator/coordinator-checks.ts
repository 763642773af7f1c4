/** What an honest coordinator takes from a site: what it waits for, once, and well signed. docs/protocol/v1.md section 4.1. */
import { verifyBody } from '@consilium/shared/crypto';
import type { Phase } from '@consilium/shared/rounds';
import { requireDealing } from '@consilium/shared/secagg';
import { isConsiliumError, type SiteId } from '@consilium/shared/vocabulary';
import { valuesOf, type AttemptRecord } from './coordinator-journal.js';
import type { ToCoordinator } from './messages.js';
import { keyIn, secureAttempt } from './site-checks.js';

type Kind = ToCoordinator['kind'];

/** A message that comes in another phase is late, or too early. */
const HEARD_IN: Readonly<Record<Kind, readonly Phase[]>> = {
  'round.advert': ['advertising'],
  'round.decline': ['advertising', 'sharing', 'collecting'],
  'round.shares': ['sharing'],
  update: ['collecting'],
  'round.endorse': ['sealing', 'unmasking'],
  'round.unmask': ['unmasking'],
};

export function isAwaited(record: AttemptRecord, from: SiteId, { kind }: ToCoordinator): boolean {
  const isHeard = HEARD_IN[kind].includes(record.phase) && isExpected(record, from, kind);
  return isHeard && !keptOf(record, kind).has(from);
}

function isExpected(record: AttemptRecord, from: SiteId, kind: Kind): boolean {
  switch (kind) {
    case 'round.advert':
    case 'round.decline':
      return record.manifest.body.cohort.includes(from);
    case 'round.shares':
      return record.peers.includes(from);
    case 'update':
    case 'round.endorse':
      return record.sharers.includes(from);
    case 'round.unmask':
      return record.endorsements.has(from);
  }
}

function keptOf(record: AttemptRecord, kind: Kind): { readonly has: (siteId: SiteId) => boolean } {
  switch (kind) {
    case 'round.advert':
      return record.adverts;
    case 'round.decline':
      return record.declined;
    case 'round.shares':
      return record.dealings;
    case 'update':
      return record.updates;
    case 'round.endorse':
      return record.endorsements;
    case 'round.unmask':
      return record.answers;
  }
}

/** @param roster identity keys */
export function isSound(
  record: AttemptRecord,
  roster: ReadonlyMap<SiteId, Uint8Array>,
  from: SiteId,
  message: ToCoordinator,
): boolean {
  try {
    return isWellSigned(record, keyIn(roster, from), from, message);
  } catch (error) {
    if (isConsiliumError(error)) {
      return false;
    }
    throw error;
  }
}

/** @throws ConsiliumError */
function isWellSigned(
  record: AttemptRecord,
  identityKey: Uint8Array,
  from: SiteId,
  message: ToCoordinator,
): boolean {
  const { attemptId } = record.manifest.body;
  switch (message.kind) {
    case 'round.advert':
      return verifyBody('advert', message.advert, identityKey).attemptId === attemptId;
    case 'round.decline':
      return verifyBody('decline', message.decline, identityKey).attemptId === attemptId;
    case 'round.shares':
      requireDealing({
        shares: message.shares,
        entries: message.entries,
        attempt: secureAttempt(record.manifest, valuesOf(record.adverts, record.peers)),
        dealer: { siteId: from, identityKey },
        peers: record.peers,
      });
      return true;
    case 'update':
      return verifyBody('update-header', message.header, identityKey).attemptId === attemptId;
    case 'round.endorse': {
      const { leafHash } = verifyBody('endorsement', message.endorsement, identityKey);
      return leafHash === record.survivors?.leafHash;
    }
    case 'round.unmask': {
      const { leafHash } = verifyBody('unmasking', message.unmasking, identityKey);
      return leafHash === record.survivors?.leafHash;
    }
  }
}
