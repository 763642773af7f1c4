/** A secure attempt as shared/secagg looks at it: who dealt what, and what every mask is bound to. */
import { fromBase64 } from '@consilium/shared/encoding';
import type { Manifest, ShareEntry, Unmasking } from '@consilium/shared/protocol';
import {
  sitesNeeded,
  secureContext,
  type Dealer,
  type SecretsToOpen,
} from '@consilium/shared/secagg';
import { acceptancesNeeded } from '@consilium/shared/rounds';
import { ConsiliumError, type SiteId } from '@consilium/shared/vocabulary';
import { sharersOf, type Attempt } from './attempt.js';

type SecureAggregation = Extract<Manifest['aggregation'], { kind: 'secure' }>;

/** @throws ConsiliumError 'internal' for a plain attempt */
export function secureAggregationOf({ manifest }: Attempt): SecureAggregation {
  const { aggregation } = manifest.body;
  if (aggregation.kind === 'plain') {
    throw new ConsiliumError('internal', 'a plain attempt has neither colluders nor a threshold');
  }
  return aggregation;
}

/** How many words of sites the present phase needs before the attempt can go on. */
export function neededOf({ phase, manifest, survivors = [] }: Attempt): number {
  const { minSites, aggregation } = manifest.body;
  if (phase === 'voting') {
    return acceptancesNeeded(survivors.length);
  }
  if (aggregation.kind === 'plain') {
    return minSites;
  }
  switch (phase) {
    case 'advertising':
    case 'sharing':
    case 'collecting':
      return sitesNeeded({ minSites, ...aggregation });
    case 'sealing':
    case 'unmasking':
    case 'committed':
    case 'aborted':
      return aggregation.threshold;
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
    threshold: secureAggregationOf(attempt).threshold,
    answers,
  };
}
