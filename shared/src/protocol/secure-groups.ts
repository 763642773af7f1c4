/** A secure study whose sites are summed in groups: what its protocol says of them, and how their means become one. docs/protocol/v1.md section 4.3. */
import { z } from 'zod';
import { LIMITS } from '../vocabulary/index.js';
import { siteIdSchema } from './scalars.js';

/** Of fewer groups a single bad one is no minority. */
const FEWEST_GROUPS = 3;

/** In a smaller group an attacker's share of the sum, and what the sum tells of one site, are too large. */
const FEWEST_SITES = 5;

/** How the means of the groups become one, coordinate by coordinate: Yin et al. 2018 (ICML), definitions 1 and 2. */
export const combineSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('median') }),
  z.strictObject({
    kind: z.literal('trimmed-mean'),
    /** So many of the largest and as many of the smallest values are left out. */
    trim: z
      .int()
      .min(1)
      .max((LIMITS.secureGroups - 1) / 2),
  }),
]);
export type Combine = z.infer<typeof combineSchema>;

const groupSizes = {
  /** Of the cohort, at least, in each group. */
  sites: z.int().min(FEWEST_SITES).max(LIMITS.secureSites),
  /** Of which the sum of a group consists at least; a group with fewer is left out. */
  minSites: z.int().min(3).max(LIMITS.secureSites),
};

/** In a study protocol. */
export const groupRulesSchema = z.strictObject({ ...groupSizes, combine: combineSchema });
export type GroupRules = z.infer<typeof groupRulesSchema>;

/** In a study file. */
export const groupFileSchema = z.strictObject({
  sites: groupSizes.sites.default(FEWEST_SITES),
  minSites: groupSizes.minSites.default(FEWEST_SITES - 1),
  combine: combineSchema.default({ kind: 'median' }),
});

/** In the manifest of an attempt. */
export const manifestGroupsSchema = z.strictObject({
  /** Groups that must be left, each with at least `minSites` survivors. */
  fewest: z.int().min(FEWEST_GROUPS).max(LIMITS.secureGroups),
  minSites: groupSizes.minSites,
  /** The cohort, cut into groups. */
  sites: z.array(z.array(siteIdSchema).min(1)).min(1).max(LIMITS.secureGroups),
});
export type ManifestGroups = z.infer<typeof manifestGroupsSchema>;

/** Groups whose sums there must be, so that the bad ones that the rule bears are a minority. */
export function fewestGroups(combine: Combine): number {
  switch (combine.kind) {
    case 'median':
      return FEWEST_GROUPS;
    case 'trimmed-mean':
      return Math.max(FEWEST_GROUPS, 2 * combine.trim + 1);
  }
}

type GroupedPrivacy =
  | { readonly secureAggregation: 'off' }
  | {
      readonly secureAggregation: 'on';
      readonly colluders: number;
      readonly groups?: GroupRules | undefined;
    };

interface GroupFault {
  readonly path: readonly ['participation' | 'privacy', ...string[]];
  readonly message: string;
}

/** Why a study of such numbers cannot be summed in groups, with the numbers; none where it is not. */
export function groupFaults(
  privacy: GroupedPrivacy,
  participation: { readonly minSites: number },
): GroupFault[] {
  if (privacy.secureAggregation === 'off' || privacy.groups === undefined) {
    return [];
  }
  const { groups, colluders } = privacy;
  const faults: GroupFault[] = [];
  const least = Math.max(3, colluders + 2);
  if (groups.minSites < least) {
    const message = `a sum of ${groups.minSites} sites hides nobody from ${colluders} colluding ones: have at least ${least} in each group`;
    faults.push({ path: ['privacy', 'groups', 'minSites'], message });
  }
  if (groups.minSites > groups.sites) {
    const message = `no group of ${groups.sites} sites has ${groups.minSites}: raise sites or lower minSites`;
    faults.push({ path: ['privacy', 'groups', 'minSites'], message });
  }
  const fewest = fewestGroups(groups.combine);
  const needed = fewest * groups.sites;
  if (participation.minSites < needed) {
    const message = `${fewest} groups of ${groups.sites} sites take ${needed}: have at least ${needed}, or sum all sites together`;
    faults.push({ path: ['participation', 'minSites'], message });
  }
  return faults;
}
