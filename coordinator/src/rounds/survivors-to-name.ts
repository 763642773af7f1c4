/** Which sites a secure attempt may sum after the attempts before it: docs/protocol/v1.md section 4.1, difference rule. */
import { mayEndorse, sitesNeeded } from '@consilium/shared/secagg';
import type { SiteId } from '@consilium/shared/vocabulary';
import { sendersOf, type Attempt } from './attempt.js';
import { secureAggregationOf } from './secure-sum.js';

/** A list of survivors that the log has of an earlier attempt of the round. */
export interface EarlierList {
  readonly leafIndex: number;
  readonly sites: readonly SiteId[];
}

/** The list of an attempt, if it came so far. */
export function listOf({ survivors, survivorsLeaf }: Attempt): EarlierList[] {
  return survivors === undefined || survivorsLeaf === undefined
    ? []
    : [{ leafIndex: survivorsLeaf.index, sites: survivors }];
}

/**
 * Everybody whose update is whole, or else those of an earlier list: the sites endorse nothing that tells fewer than c + 2 of them
 * apart.
 * @returns undefined when there is no such list
 */
export function survivorsToName(
  attempt: Attempt,
  earlier: readonly EarlierList[],
): readonly SiteId[] | undefined {
  const { colluders, threshold } = secureAggregationOf(attempt);
  const { minSites } = attempt.manifest.body;
  const required = sitesNeeded({ minSites, threshold, colluders });
  const lists = earlier.map(({ sites }) => sites);
  const senders = sendersOf(attempt).map(({ siteId }) => siteId);
  const sent = new Set(senders);
  const complete = lists.filter((sites) => sites.every((site) => sent.has(site)));
  const candidates = [senders, ...complete.sort((a, b) => b.length - a.length)];
  return candidates.find(
    (sites) => sites.length >= required && mayEndorse(lists, sites, colluders).kind === 'ok',
  );
}
