/**
 * Sites that are summed in groups: who is in which, which groups count, and whose masks meet in a sum. Shares, endorsements and
 * the threshold are those of the whole cohort; masks are shared within a group alone. docs/protocol/v1.md section 4.3.
 */
import { sha256 } from '../crypto/index.js';
import { canonicalBytes, toHex, utf8 } from '../encoding/index.js';
import { fewestGroups, type ManifestGroups, type Privacy } from '../protocol/index.js';
import { ConsiliumError, type SiteId, type StudyId } from '../vocabulary/index.js';

const DOMAIN = utf8('consilium/v1/group\0');

/** A study protocol is such a thing. */
export interface GroupedStudy {
  readonly studyId: StudyId;
  readonly seed: string;
  readonly privacy: Privacy;
}

/**
 * What the manifest of an attempt says of its groups. Neither round nor attempt enters: with other groups in each round the sums
 * of a few rounds would be equations that tell what single sites send.
 * @returns undefined where all sites are summed together
 */
export function groupsOfCohort(
  { studyId, seed, privacy }: GroupedStudy,
  cohort: readonly SiteId[],
): ManifestGroups | undefined {
  if (privacy.secureAggregation === 'off' || privacy.groups === undefined) {
    return undefined;
  }
  const { sites, minSites, combine } = privacy.groups;
  const fewest = fewestGroups(combine);
  return { fewest, minSites, sites: cutIntoGroups({ studyId, seed, cohort, sites }) };
}

export interface CohortToCut {
  readonly studyId: StudyId;
  readonly seed: string;
  readonly cohort: readonly SiteId[];
  /** Of a group, at least. */
  readonly sites: number;
}

/**
 * As many groups as there can be of so many sites, in size at most one apart: the cohort in the order of SHA-256(domain, seed,
 * study, site), cut into pieces, of which the first ones have a site more. Each group is sorted. A site that comes or goes moves
 * at most one other over each border between two groups, as long as their number stays.
 */
export function cutIntoGroups({ studyId, seed, cohort, sites }: CohortToCut): SiteId[][] {
  const place = new Map(
    cohort.map((siteId) => [
      siteId,
      toHex(sha256(DOMAIN, canonicalBytes({ seed, siteId, studyId }))),
    ]),
  );
  const placeOf = (siteId: SiteId): string => place.get(siteId) ?? '';
  const order = [...place.keys()].sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
  const count = Math.max(1, Math.floor(order.length / sites));
  const size = Math.floor(order.length / count);
  const larger = order.length % count;
  return Array.from({ length: count }, (_, i) => {
    const from = i * size + Math.min(i, larger);
    return order.slice(from, from + size + (i < larger ? 1 : 0)).sort();
  });
}

/** What a survivor leaf names, by the sums that are opened: one list, or one for each group that counts. */
export function listsOf({
  sites,
  groups,
}: {
  readonly sites: readonly SiteId[];
  readonly groups?: readonly (readonly SiteId[])[] | undefined;
}): readonly (readonly SiteId[])[] {
  return groups ?? [sites];
}

/** The sites by group, each sorted, in the order of the manifest; groups without any are left out. */
export function byGroup(
  groups: Pick<ManifestGroups, 'sites'>,
  sites: readonly SiteId[],
): SiteId[][] {
  const named = new Set(sites);
  return groups.sites
    .map((members) => members.filter((siteId) => named.has(siteId)).sort())
    .filter((members) => members.length > 0);
}

/** The groups of which enough sites are left to be summed; fewer than `fewest` of them make no attempt. */
export function groupsThatCount(groups: ManifestGroups, sites: readonly SiteId[]): SiteId[][] {
  return byGroup(groups, sites).filter((members) => members.length >= groups.minSites);
}

/** Those of the sites that share masks with this one: of its own group, or all of them. */
export function companyOf<T>(
  groups: Pick<ManifestGroups, 'sites'> | undefined,
  siteId: SiteId | undefined,
  sites: readonly T[],
  nameOf: (site: T) => SiteId,
): readonly T[] {
  if (groups === undefined) {
    return sites;
  }
  const own = groups.sites.find((members) => siteId !== undefined && members.includes(siteId));
  return sites.filter((site) => own?.includes(nameOf(site)) ?? false);
}

/**
 * Checks that a survivor leaf names its sites by the groups of the manifest, whole and in their order, that each group has enough
 * of them, and that enough groups are left.
 * @param groups of the manifest; undefined where all sites are summed together
 * @throws ConsiliumError 'bad-message'
 */
export function requireGroups(
  leaf: Parameters<typeof listsOf>[0],
  groups: ManifestGroups | undefined,
): void {
  if (groups === undefined) {
    if (leaf.groups !== undefined) {
      throw refuse('the attempt sums all sites together, the leaf names groups');
    }
    return;
  }
  const expected = byGroup(groups, leaf.sites);
  const named = leaf.groups ?? [];
  if (textOf(named) !== textOf(expected)) {
    throw refuse('the leaf names its sites by other groups than the manifest');
  }
  const short = expected.find((members) => members.length < groups.minSites);
  if (short !== undefined) {
    throw refuse(`a group is left with ${short.length} sites, ${groups.minSites} are needed`);
  }
  if (expected.length < groups.fewest) {
    throw refuse(`${expected.length} groups are left, ${groups.fewest} are needed`);
  }
}

function textOf(groups: readonly (readonly SiteId[])[]): string {
  return groups.map((members) => members.join(',')).join(';');
}

function refuse(reason: string): ConsiliumError {
  return new ConsiliumError('bad-message', `survivors refused: ${reason}`);
}
