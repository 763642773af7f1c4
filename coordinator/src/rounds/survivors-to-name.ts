/** Which sites a secure attempt may sum after the attempts before it: docs/protocol/v1.md section 4.1, difference rule. */
import { byGroup, groupsThatCount, mayEndorseAll, sitesNeeded } from '@consilium/shared/secagg';
import type { SiteId } from '@consilium/shared/vocabulary';
import { sendersOf, type Attempt } from './attempt.js';
import { secureAggregationOf } from './secure-sum.js';

/** A list of survivors that the log has of an earlier attempt of the round. */
export interface EarlierList {
  readonly leafIndex: number;
  readonly sites: readonly SiteId[];
  /** Of each sum that was to be opened. */
  readonly lists: readonly (readonly SiteId[])[];
}

/** Sites whose updates are to be summed. */
export interface Named {
  readonly sites: readonly SiteId[];
  /** The same sites, of an attempt that sums groups. */
  readonly groups?: readonly (readonly SiteId[])[];
}

/** The list of an attempt, if it came so far. */
export function listOf(attempt: Attempt): EarlierList[] {
  const { survivors, survivorsLeaf } = attempt;
  return survivors === undefined || survivorsLeaf === undefined
    ? []
    : [{ leafIndex: survivorsLeaf.index, sites: survivors, lists: sumsOf(attempt, survivors) }];
}

/** The survivors by the sums that they are in. */
export function sumsOf(
  attempt: Attempt,
  survivors: readonly SiteId[],
): readonly (readonly SiteId[])[] {
  const { groups } = secureAggregationOf(attempt);
  return groups === undefined ? [survivors] : byGroup(groups, survivors);
}

/**
 * Everybody whose update is whole, in the groups that count, or else those of an earlier list: the sites endorse nothing that tells
 * fewer than c + 2 of them apart.
 * @returns undefined when there is no such list
 */
export function survivorsToName(
  attempt: Attempt,
  earlier: readonly EarlierList[],
): Named | undefined {
  const { colluders, threshold } = secureAggregationOf(attempt);
  const { minSites } = attempt.manifest.body;
  const required = sitesNeeded({ minSites, threshold, colluders });
  const lists = earlier.flatMap((list) => list.lists);
  const senders = sendersOf(attempt).map(({ siteId }) => siteId);
  const sent = new Set(senders);
  const complete = earlier
    .map(({ sites }) => sites)
    .filter((sites) => sites.every((site) => sent.has(site)));
  const candidates = [senders, ...complete.sort((a, b) => b.length - a.length)];
  return candidates
    .flatMap((sites) => namedOf(attempt, sites))
    .find(
      ({ sites, groups = [sites] }) =>
        sites.length >= required && mayEndorseAll(lists, groups, colluders).kind === 'ok',
    );
}

/** The sites without the groups that have too few of them; nothing when too few groups are left. */
function namedOf(attempt: Attempt, sites: readonly SiteId[]): Named[] {
  const { groups } = secureAggregationOf(attempt);
  if (groups === undefined) {
    return [{ sites }];
  }
  const counted = groupsThatCount(groups, sites);
  return counted.length < groups.fewest ? [] : [{ sites: counted.flat().sort(), groups: counted }];
}
