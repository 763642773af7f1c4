/** What a secure study of given numbers protects against, needs and does not promise, for those who choose the numbers. */
import { fewestGroups, type Combine, type GroupRules } from '../protocol/index.js';
import { requireSecureSize, secureThreshold } from './threshold.js';

export interface SecureNumbers {
  /** Of the cohort. */
  readonly sites: number;
  readonly minSites: number;
  /** c, at least 1. */
  readonly colluders: number;
  /** Absent: all sites are summed together. */
  readonly groups?: GroupRules | undefined;
}

export interface SecurityExplanation {
  /** t: endorsements before a share leaves, and shares that open a secret. */
  readonly threshold: number;
  /** Sites that an attempt cannot do without. */
  readonly required: number;
  /** Sites that may fall silent in an attempt without stopping it. */
  readonly dropoutsTolerated: number;
  /** Whole sentences. */
  readonly protects: readonly string[];
  readonly needs: readonly string[];
  readonly doesNotPromise: readonly string[];
}

/**
 * @throws ConsiliumError 'bad-request' as requireSecureSize: two sites are refused, and more than the complete graph takes
 * @throws RangeError as secureThreshold
 */
export function explainSecurity({
  sites,
  minSites,
  colluders,
  groups,
}: SecureNumbers): SecurityExplanation {
  const required = requireSecureSize({ n: sites, minSites, colluders });
  const threshold = secureThreshold(sites, colluders);
  const dropoutsTolerated = sites - required;
  return {
    threshold,
    required,
    dropoutsTolerated,
    protects: [...protection(colluders, groups), ...protectionByGroups(groups)],
    needs: [
      ...needsOf({ sites, required, threshold, dropoutsTolerated }),
      ...needsOfGroups(sites, groups),
    ],
    doesNotPromise: [...LIMITS_OF_PROTECTION, ...limitsOfGroups(groups)],
  };
}

function protection(colluders: number, groups: GroupRules | undefined): readonly string[] {
  const several = colluders === 1 ? 'one site that works' : `${colluders} sites that work`;
  return [
    `The coordinator learns ${groups === undefined ? 'the weighted sum' : 'weighted sums'} of at least ${groups?.minSites ?? Math.max(3, colluders + 2)} sites and no single update, even if it lies in every message and has ${several} with it.`,
    `A coordinator that swaps a key, adds a site, shows different lists to different sites or asks for both secrets of a site is refused by the sites, and leaves signed evidence.`,
  ];
}

function needsOf({
  sites,
  required,
  threshold,
  dropoutsTolerated,
}: Pick<SecurityExplanation, 'required' | 'threshold' | 'dropoutsTolerated'> & {
  readonly sites: number;
}): readonly string[] {
  const dropouts =
    dropoutsTolerated === 0
      ? `An attempt waits for all ${sites} sites: it tolerates no dropout. One site more would let it go on without one.`
      : `An attempt needs ${required} of ${sites} sites from its first message to its last: ${dropoutsTolerated} may drop out.`;
  return [
    dropouts,
    `${threshold} sites must endorse the list of survivors and answer before the sum can be read; until they do, the attempt waits or an operator abandons it.`,
    'Each hospital has compared the fingerprint of the coordinator and approves the members of the study itself.',
  ];
}

function protectionByGroups(groups: GroupRules | undefined): readonly string[] {
  if (groups === undefined) {
    return [];
  }
  const rule = groups.combine.kind === 'median' ? 'median' : 'trimmed mean';
  return [
    `The adapter is made of the ${rule} of the groups, so each parameter stays between those of the good groups while ${badGroups(groups.combine)}.`,
  ];
}

function badGroups(combine: Combine): string {
  switch (combine.kind) {
    case 'median':
      return 'fewer than half of the groups have a bad site';
    case 'trimmed-mean':
      return combine.trim === 1
        ? 'no more than one group has a bad site'
        : `no more than ${combine.trim} groups have a bad site`;
  }
}

function needsOfGroups(sites: number, groups: GroupRules | undefined): readonly string[] {
  if (groups === undefined) {
    return [];
  }
  const count = Math.floor(sites / groups.sites);
  return [
    `The ${sites} sites make ${count} groups, of which ${fewestGroups(groups.combine)} must be left with at least ${groups.minSites} sites each; one with fewer is left out.`,
  ];
}

function limitsOfGroups(groups: GroupRules | undefined): readonly string[] {
  return groups === undefined
    ? []
    : [
        'The sum of each group is seen, of fewer sites than one sum of all; who is in which group follows from the study and is known to all.',
        'Where sites drop out, come or go, the sums of a group in different rounds are of different sites, and may be compared.',
      ];
}

const LIMITS_OF_PROTECTION: readonly string[] = [
  'More colluding sites than assumed can open single updates together with the coordinator.',
  'How many training pictures each site has, and whether it took part, is not hidden.',
  'The sum and the adapter made of it are public in the study and can tell something about the pictures; only differential privacy bounds that.',
  'A site that sends a wrong update spoils the sum, and nobody sees which one did.',
  'A coordinator that does not want a round to succeed can stop it.',
];
