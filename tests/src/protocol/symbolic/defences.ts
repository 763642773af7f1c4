/** What keeps a site's update hidden, each of which can be taken away to see that the search finds what follows. */
import { requiredSites, secureThreshold } from '@consilium/shared/secagg';

export interface Defences {
  /** t, for endorsements and for shares. */
  readonly threshold: (sites: number, colluders: number) => number;
  /** The least size of U1, U2 and U3. */
  readonly required: (sites: number, colluders: number) => number;
  /** The endorsement is in the journal before it is sent. */
  readonly journalsEndorsement: boolean;
  /** Headers and the leaf of the survivors name the set of sharers, U2. */
  readonly namesSharers: boolean;
  /** The seeds of the masks hold the set of sharers, so the masks of two sites that were shown different ones do not cancel. */
  readonly masksBySharers: boolean;
  /** No share leaves before t sites of U2 endorsed the leaf that this site endorsed. */
  readonly awaitsQuorum: boolean;
}

export const SOUND: Defences = {
  threshold: secureThreshold,
  required: (n, colluders) => requiredSites({ minSites: 3, n, colluders }),
  journalsEndorsement: true,
  namesSharers: true,
  masksBySharers: true,
  awaitsQuorum: true,
};

export const MAJORITY: Defences = {
  ...SOUND,
  threshold: (n) => Math.floor(n / 2) + 1,
  required: (n, colluders) => Math.max(3, colluders + 2, Math.floor(n / 2) + 1),
};
export const FORGETFUL: Defences = { ...SOUND, journalsEndorsement: false };
export const UNBOUND: Defences = { ...SOUND, namesSharers: false, masksBySharers: false };
export const BOUND_IN_MASKS_ALONE: Defences = { ...SOUND, namesSharers: false };
export const BOUND_IN_HEADERS_ALONE: Defences = { ...SOUND, masksBySharers: false };
export const HASTY: Defences = { ...SOUND, awaitsQuorum: false };
export const TWO_ARE_ENOUGH: Defences = { ...SOUND, required: () => 2 };
