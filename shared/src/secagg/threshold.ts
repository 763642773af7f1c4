/**
 * How many sites a secure sum needs, and what it promises then. n = sites that advertised, c = sites that are assumed to pool
 * what they see; t is both the number of endorsements before a share leaves and the number of shares that opens a secret.
 * docs/protocol/v1.md section 4.1.
 */
import { ConsiliumError, LIMITS } from '../vocabulary/index.js';

/** With two, each would read the other's update from the sum. */
const FEWEST_SITES = 3;

/** What bounds the size of a secure sum. */
export interface SecureSize {
  /** The study's own minimum. */
  readonly minSites: number;
  /** n: the sites that advertised, or that are expected to. */
  readonly n: number;
  /** c, at least 1: every site can subtract its own update from the sum. */
  readonly colluders: number;
}

/**
 * t = floor((n + c) / 2) + 1. An honest site gives one share of each dealer, a colluder two; 2t > n + c, so the two secrets of one
 * dealer never both come out, whatever different lists a coordinator shows.
 * @throws RangeError unless both are whole, n >= 1 and c >= 1
 */
export function secureThreshold(n: number, colluders: number): number {
  requireWhole('number of sites', n);
  requireWhole('number of colluders', colluders);
  return Math.floor((n + colluders) / 2) + 1;
}

/** How many sites must be in each of U1, U2 and U3: max(minSites, t, c + 2, 3). @throws RangeError as secureThreshold */
export function requiredSites({ minSites, n, colluders }: SecureSize): number {
  const threshold = secureThreshold(n, colluders);
  return Math.max(minSites, threshold, colluders + 2, FEWEST_SITES);
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
