/**
 * How many sites a secure sum needs, and what it promises then. N = sites in the cohort, c = sites that are assumed to pool what
 * they see; t is both the number of endorsements before a share leaves and the number of shares that opens a secret.
 * docs/protocol/v1.md section 4.1.
 */
import { ConsiliumError, LIMITS, type SiteId } from '../vocabulary/index.js';

/** With two, each would read the other's update from the sum. */
const FEWEST_SITES = 3;

/** What bounds the size of a secure sum. */
export interface SecureSize {
  /** The study's own minimum. */
  readonly minSites: number;
  /** N */
  readonly n: number;
  /** c, at least 1: every site can subtract its own update from the sum. */
  readonly colluders: number;
}

/** What a manifest says of a secure attempt. */
export interface SecureRules {
  /** The study's own minimum. */
  readonly minSites: number;
  readonly colluders: number;
  /** t */
  readonly threshold: number;
}

/**
 * The smallest t: floor((N + c) / 2) + 1. An honest site gives one share of each dealer, a colluder two; 2t > N + c, so the two
 * secrets of one dealer never both come out, whatever different lists a coordinator shows; and any two quorums of a cohort have an
 * honest site in common.
 * @throws RangeError unless both are whole, N >= 1 and c >= 1
 */
export function secureThreshold(cohort: number, colluders: number): number {
  requireWhole('number of sites', cohort);
  requireWhole('number of colluders', colluders);
  return Math.floor((cohort + colluders) / 2) + 1;
}

export interface CohortsOfCheckpoint {
  /** Of the attempt that is to be opened. */
  readonly cohort: readonly SiteId[];
  /** Of the attempts before it from the same adapter checkpoint. */
  readonly earlier: readonly (readonly SiteId[])[];
  readonly colluders: number;
}

/**
 * t of an attempt that is not the first from its adapter checkpoint: max(t(N), M + c + 1 - t'), M the size of the union of the
 * cohorts and t' the smallest t(N) of an earlier one, so that its quorum has more than c sites in common with each earlier one.
 * docs/decisions/0012. @throws RangeError as secureThreshold
 */
export function thresholdAfter({ cohort, earlier, colluders }: CohortsOfCheckpoint): number {
  const own = secureThreshold(cohort.length, colluders);
  const before = earlier.map((sites) => secureThreshold(sites.length, colluders));
  const union = new Set([cohort, ...earlier].flat()).size;
  return Math.max(own, ...before.map((threshold) => union + colluders + 1 - threshold));
}

/** How many sites must be in each of U1, U2 and U3 of an attempt: max(minSites, t, c + 2, 3). */
export function sitesNeeded({ minSites, threshold, colluders }: SecureRules): number {
  return Math.max(minSites, threshold, colluders + 2, FEWEST_SITES);
}

/** As `sitesNeeded`, of the first attempt from an adapter checkpoint. @throws RangeError as secureThreshold */
export function requiredSites({ minSites, n, colluders }: SecureSize): number {
  return sitesNeeded({ minSites, threshold: secureThreshold(n, colluders), colluders });
}

/**
 * Checks that a secure sum of n sites can be, and returns how many of them it cannot do without.
 * @throws ConsiliumError 'bad-request' with the reason: more than `LIMITS.secureSites`, or fewer than it needs
 * @throws RangeError as secureThreshold
 */
export function requireSecureSize(size: SecureSize): number {
  const { n: sites, colluders, minSites } = size;
  if (sites > LIMITS.secureSites) {
    throw tooMany(sites);
  }
  const required = requiredSites(size);
  if (sites < required) {
    throw new ConsiliumError(
      'bad-request',
      `a secure sum with ${colluders} assumed colluders and at least ${minSites} sites needs ${required} of ${sites} sites`,
      { detail: { sites, required, colluders, minSites } },
    );
  }
  return required;
}

function tooMany(sites: number): ConsiliumError {
  return new ConsiliumError(
    'bad-request',
    `${sites} sites are more than a secure sum takes (${LIMITS.secureSites}): each site shares its secrets with every other one, and sharing with a few of them has no proof here against a coordinator that shows different sites different lists; use fewer sites or plain aggregation`,
    { detail: { sites, most: LIMITS.secureSites } },
  );
}

function requireWhole(title: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new RangeError(`${title} must be a whole number of at least 1, got ${value}`);
  }
}
