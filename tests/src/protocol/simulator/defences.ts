/** What keeps a site's update hidden, as a site applies it, and the bugs that can be planted by taking one of it away. */
import type { Manifest } from '@consilium/shared/protocol';
import { mayEndorse, secureThreshold, sitesNeeded, thresholdAfter } from '@consilium/shared/secagg';
import type { SiteId } from '@consilium/shared/vocabulary';

type Lists = readonly (readonly SiteId[])[];

/** c and t of a manifest, which is of a secure attempt here always. */
export interface SecureTerms {
  readonly colluders: number;
  readonly threshold: number;
}

export interface Defences {
  /** t of an attempt, of whose cohort so many advertised. */
  readonly threshold: (manifest: Manifest, advertised: number) => number;
  /** The least t of a manifest after attempts with such cohorts from the same adapter checkpoint. */
  readonly leastThreshold: (manifest: Manifest, earlier: Lists) => number;
  /** The least size of U1, U2 and U3. */
  readonly required: (manifest: Manifest, advertised: number) => number;
  readonly mayEndorse: (earlier: Lists, next: readonly SiteId[], colluders: number) => boolean;
  /** A leaf must name every list that this site endorsed for the adapter checkpoint. */
  readonly missesOwnLists: boolean;
  /** The endorsement is in the journal before it is sent. */
  readonly journalsEndorsement: boolean;
  /** The table of sites has no way from `endorsed` to another endorsement. */
  readonly endorsesOnce: boolean;
  /** No share leaves before t sites of U2 endorsed the leaf that this site endorsed. */
  readonly awaitsQuorum: boolean;
  /** Of each dealer one share leaves, never of both its secrets. */
  readonly opensOneKind: boolean;
  /** An update that may be in a sum is never sent again. */
  readonly trainsAnew: boolean;
  /** No list is endorsed with a delta that is in another one which this site endorsed, whoever sent it. */
  readonly asksForNewDeltas: boolean;
  /** Each log checkpoint must extend the last one. */
  readonly checksConsistency: boolean;
}

export const SOUND: Defences = {
  threshold: (manifest) => secureTerms(manifest).threshold,
  leastThreshold: (manifest, earlier) =>
    thresholdAfter({
      cohort: manifest.cohort,
      earlier,
      colluders: secureTerms(manifest).colluders,
    }),
  required: (manifest) => sitesNeeded({ minSites: manifest.minSites, ...secureTerms(manifest) }),
  mayEndorse: (...asked) => mayEndorse(...asked).kind === 'ok',
  missesOwnLists: true,
  journalsEndorsement: true,
  endorsesOnce: true,
  awaitsQuorum: true,
  opensOneKind: true,
  trainsAnew: true,
  asksForNewDeltas: true,
  checksConsistency: true,
};

/** A corrupt site does whatever the coordinator needs. */
export const NONE: Defences = {
  ...SOUND,
  threshold: atMostAdvertised,
  leastThreshold: () => 0,
  required: () => 2,
  mayEndorse: () => true,
  missesOwnLists: false,
  endorsesOnce: false,
  awaitsQuorum: false,
  asksForNewDeltas: false,
  checksConsistency: false,
};

/** t counted anew from those that advertised. */
function countedOverAdverts(
  threshold: (advertised: number, colluders: number) => number,
): Defences {
  const ofAttempt: Defences['threshold'] = (manifest, advertised) =>
    threshold(advertised, secureTerms(manifest).colluders);
  return {
    ...SOUND,
    threshold: ofAttempt,
    required: (manifest, advertised) =>
      sitesNeeded({
        minSites: manifest.minSites,
        colluders: secureTerms(manifest).colluders,
        threshold: ofAttempt(manifest, advertised),
      }),
  };
}

export const PLANTED = {
  'a threshold of floor(n / 2) + 1 over the advertisers': countedOverAdverts(
    (advertised) => Math.floor(advertised / 2) + 1,
  ),
  'the right threshold, but over the advertisers': countedOverAdverts(secureThreshold),
  'any threshold that a manifest names': { ...SOUND, leastThreshold: () => 2 },
  'no memory of the cohorts of earlier attempts': {
    ...SOUND,
    leastThreshold: (manifest) => SOUND.leastThreshold(manifest, []),
  },
  'no difference rule': { ...SOUND, mayEndorse: () => true },
  'a list that it endorsed is not missed': { ...SOUND, missesOwnLists: false },
  'endorses twice': { ...SOUND, endorsesOnce: false },
  // The others would see the delta that it sends again.
  'forgets that it endorsed': { ...SOUND, journalsEndorsement: false, asksForNewDeltas: false },
  'opens both kinds': { ...SOUND, opensOneKind: false },
  'answers without a quorum': { ...SOUND, awaitsQuorum: false },
  'repeats a summed delta': { ...SOUND, trainsAnew: false, asksForNewDeltas: false },
  'believes that an attempt is over where others go on': { ...SOUND, asksForNewDeltas: false },
  // The difference rule alone would refuse them.
  'two sites are enough, to the difference rule too': {
    ...SOUND,
    threshold: atMostAdvertised,
    required: () => 2,
    mayEndorse: () => true,
  },
  'believes a rewritten log': { ...SOUND, checksConsistency: false },
} satisfies Readonly<Record<string, Defences>>;

export type PlantedBug = keyof typeof PLANTED;

/** No secret can be shared among fewer sites than it takes to open it. */
function atMostAdvertised(manifest: Manifest, advertised: number): number {
  return Math.min(secureTerms(manifest).threshold, advertised);
}

/** @throws Error when the attempt is plain */
export function secureTerms({ aggregation }: Manifest): SecureTerms {
  if (aggregation.kind !== 'secure') {
    throw new Error('the attempts of the simulator are secure');
  }
  return aggregation;
}
