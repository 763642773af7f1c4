/** What a study promises of the updates of its sites, for whoever creates or looks at it. */
import type { StudyProtocol } from '@consilium/shared/protocol';
import { explainSecurity } from '@consilium/shared/secagg';
import { LIMITS } from '@consilium/shared/vocabulary';

/** @param members sites in the roster; until there are enough of them, what holds of as few as the study may have is said */
export function aggregationInWords(
  { privacy, participation }: StudyProtocol,
  members: number,
): string[] {
  if (privacy.secureAggregation === 'off') {
    return ['The coordinator can read single updates while it sums them.'];
  }
  const { minSites } = participation;
  const { colluders } = privacy;
  const sites = Math.min(Math.max(members, minSites), LIMITS.secureSites);
  const { protects, needs, doesNotPromise } = explainSecurity({ sites, minSites, colluders });
  return [...protects, ...needs, ...doesNotPromise];
}
