/** What a study promises of the updates of its sites, for whoever creates or looks at it. */
import type { StudyView } from '@consilium/shared/answers';
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
  const { protects, needs, doesNotPromise } = explained(participation.minSites, privacy, members);
  return [...protects, ...needs, ...doesNotPromise];
}

/** The numbers behind those sentences, for whoever says them in other languages. */
export function securityNumbers(
  { privacy, participation }: StudyProtocol,
  members: number,
): StudyView['security'] {
  if (privacy.secureAggregation === 'off') {
    return { kind: 'plain' };
  }
  const { colluders } = privacy;
  const { sites, threshold, required, dropoutsTolerated } = explained(
    participation.minSites,
    privacy,
    members,
  );
  return { kind: 'secure', sites, colluders, threshold, required, dropoutsTolerated };
}

type SecurePrivacy = Extract<StudyProtocol['privacy'], { secureAggregation: 'on' }>;

function explained(minSites: number, { colluders, groups }: SecurePrivacy, members: number) {
  const sites = Math.min(Math.max(members, minSites), LIMITS.secureSites);
  return { sites, ...explainSecurity({ sites, minSites, colluders, groups }) };
}
