/** A secure attempt as the log and its documents show it: the sets U1, U2 and U3 and the bounds that hold of them. docs/protocol/v1.md section 4.1. */
import type { Signed } from '../crypto/index.js';
import type { ManifestGroups, Shares } from '../protocol/index.js';
import { sitesNeeded } from '../secagg/index.js';
import type { SiteId } from '../vocabulary/index.js';
import type { Evidence, ReadAttempt } from './evidence.js';
import type { AttemptHistory } from './history.js';

export interface SecureAttempt {
  readonly attempt: AttemptHistory;
  readonly read: ReadAttempt;
  /** c */
  readonly colluders: number;
  /** t, as the manifest says. */
  readonly threshold: number;
  /** As the manifest says; undefined where all sites are summed together. */
  readonly groups: ManifestGroups | undefined;
  /** How many sites have to be in each of the sets. */
  readonly required: number;
  readonly cohort: readonly SiteId[];
  /** U2, as its documents name it; undefined where they are missing. */
  readonly sharers: ReadonlySet<SiteId> | undefined;
}

/** The attempts whose manifest asks for a secure sum, in the order in which they began. */
export function secureAttempts({ history, documents }: Evidence): SecureAttempt[] {
  return history.attempts.flatMap((attempt) => {
    const read = documents.attempts.get(attempt.attemptId);
    const aggregation = read?.manifest?.body.aggregation;
    if (read === undefined || aggregation?.kind !== 'secure') {
      return [];
    }
    const { colluders, threshold, groups } = aggregation;
    const minSites = read.manifest?.body.minSites ?? 1;
    const required = sitesNeeded({ minSites, threshold, colluders });
    const cohort = read.manifest?.body.cohort ?? [];
    const sharers = sitesOf(read.shares);
    return [{ attempt, read, colluders, threshold, groups, required, cohort, sharers }];
  });
}

function sitesOf(shares: readonly Signed<Shares>[] | undefined): ReadonlySet<SiteId> | undefined {
  return shares && new Set(shares.map(({ body }) => body.siteId));
}
