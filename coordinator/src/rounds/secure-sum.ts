/** A secure attempt as shared/secagg looks at it: who dealt what, and what every mask is bound to. */
import { fromBase64 } from '@consilium/shared/encoding';
import type { ShareEntry, Unmasking } from '@consilium/shared/protocol';
import {
  requiredSites,
  secureContext,
  secureThreshold,
  type Dealer,
  type SecretsToOpen,
} from '@consilium/shared/secagg';
import { ConsiliumError, type SiteId } from '@consilium/shared/vocabulary';
import { peersOf, sharersOf, type Attempt } from './attempt.js';

/** @throws ConsiliumError 'internal' for a plain attempt */
export function colludersOf({ manifest }: Attempt): number {
  const { aggregation } = manifest.body;
  if (aggregation.kind === 'plain') {
    throw new ConsiliumError('internal', 'a plain attempt assumes nothing of colluders');
  }
  return aggregation.colluders;
}

/** t of a secure attempt whose adverts are closed. */
export function thresholdOf(attempt: Attempt): number {
  return secureThreshold(peersOf(attempt).length, colludersOf(attempt));
}

/** How many words of sites the present phase needs before the attempt can go on. */
export function neededOf(attempt: Attempt): number {
  const { minSites, aggregation } = attempt.manifest.body;
  if (aggregation.kind === 'plain') {
    return minSites;
  }
  const { colluders } = aggregation;
  switch (attempt.phase) {
    case 'advertising':
      return requiredSites({ minSites, n: attempt.participants.length, colluders });
    case 'sharing':
    case 'collecting':
      return requiredSites({ minSites, n: peersOf(attempt).length, colluders });
    case 'sealing':
    case 'unmasking':
    case 'committed':
    case 'aborted':
      return secureThreshold(peersOf(attempt).length, colluders);
  }
}

/** @throws ConsiliumError 'internal' unless U2 is fixed */
export function contextOf(attempt: Attempt): Uint8Array {
  const { attemptId, manifestHash, peersHash, sharersHash } = attempt;
  if (peersHash === undefined || sharersHash === undefined) {
    throw new ConsiliumError('internal', 'the sites of a secure attempt are not fixed');
  }
  return secureContext({ attemptId, manifestHash, peersHash, sharersHash });
}

/** U2, with what each of them signed of its secrets. */
export function dealersOf(
  attempt: Attempt,
  entries: ReadonlyMap<SiteId, readonly ShareEntry[]>,
): Dealer[] {
  return sharersOf(attempt).map(({ siteId, advert }) => {
    const { secure } = advert.body;
    if (secure === undefined) {
      throw new ConsiliumError('internal', `the advert of ${siteId} has no mask key`);
    }
    return {
      siteId,
      maskKey: fromBase64(secure.maskKey),
      selfSeedHash: fromBase64(secure.selfSeedHash),
      entries: entries.get(siteId) ?? [],
    };
  });
}

/** What opens the secrets of an attempt whose survivors are fixed. */
export function secretsToOpen(
  attempt: Attempt,
  entries: ReadonlyMap<SiteId, readonly ShareEntry[]>,
  answers: readonly Unmasking[],
): SecretsToOpen {
  return {
    attemptId: attempt.attemptId,
    sharers: dealersOf(attempt, entries),
    survivors: attempt.survivors ?? [],
    threshold: thresholdOf(attempt),
    answers,
  };
}
