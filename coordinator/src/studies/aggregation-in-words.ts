/** What a study promises of the updates of its sites, for whoever creates or looks at it. */
import type { StudyView } from '@consilium/shared/answers';
import type { StudyProtocol } from '@consilium/shared/protocol';
import { explainSecurity, groupsOfCohort } from '@consilium/shared/secagg';
import { LIMITS, type SiteId } from '@consilium/shared/vocabulary';

type Aggregating = Pick<StudyProtocol, 'studyId' | 'seed' | 'privacy' | 'participation'>;

/** @param members sites in the roster; until there are enough of them, what holds of as few as the study may have is said */
export function aggregationInWords(
  { privacy, participation }: Aggregating,
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
  protocol: Aggregating,
  members: readonly SiteId[],
): StudyView['security'] {
  const { privacy, participation } = protocol;
  if (privacy.secureAggregation === 'off') {
    return { kind: 'plain' };
  }
  const { colluders } = privacy;
  const { sites, threshold, required, dropoutsTolerated } = explained(
    participation.minSites,
    privacy,
    members.length,
  );
  const numbers = { sites, colluders, threshold, required, dropoutsTolerated };
  return { kind: 'secure', ...numbers, ...groupNumbers(protocol, members) };
}

/** The groups of the members, as the manifest of an attempt would cut them. */
function groupNumbers(
  { studyId, seed, privacy, participation }: Aggregating,
  members: readonly SiteId[],
): Pick<Extract<StudyView['security'], { kind: 'secure' }>, 'groups'> {
  const cut = groupsOfCohort({ studyId, seed, privacy }, members);
  if (cut === undefined || privacy.secureAggregation === 'off' || privacy.groups === undefined) {
    return {};
  }
  const isEnough = members.length >= participation.minSites;
  const { fewest, sites } = cut;
  return { groups: { ...privacy.groups, fewest, members: isEnough ? sites : [] } };
}

type SecurePrivacy = Extract<StudyProtocol['privacy'], { secureAggregation: 'on' }>;

function explained(minSites: number, { colluders, groups }: SecurePrivacy, members: number) {
  const sites = Math.min(Math.max(members, minSites), LIMITS.secureSites);
  return { sites, ...explainSecurity({ sites, minSites, colluders, groups }) };
}
