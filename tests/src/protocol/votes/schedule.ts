/** What a seed decides before a schedule begins: who takes part, who is corrupt, who can measure, how bad the network is. */
import { seededRandom, type SeededRandom } from '@consilium/shared/crypto';
import { byGroup, groupsOfCohort } from '@consilium/shared/secagg';
import type { AttemptId, SiteId } from '@consilium/shared/vocabulary';
import { sitesNamed, type Member } from '../simulator/cast.js';
import type { Weather } from '../simulator/network.js';
import {
  firstAdapter,
  honestDelta,
  spoilingDelta,
  type Adapter,
  type Candidate,
} from './candidate.js';
import { SOUND, type Defences } from './defences.js';
import { studyOf, type Study } from './messages.js';
import { Voter } from './voter.js';

const LARGEST_NOISE = 1e-5;
/** Fewer sites are no secure sum. */
const FEWEST = 3;

export interface Schedule {
  readonly seed: string;
  readonly random: SeededRandom;
  readonly study: Study;
  readonly members: readonly Member[];
  /** They sign whatever the coordinator wants. */
  readonly corrupt: ReadonlySet<SiteId>;
  readonly weather: Weather;
  /** Chances in a hundred that a site loses its power after a word of the coordinator. */
  readonly crashes: number;
  readonly defences: Defences;
}

/** @param seed all that a schedule hangs on, beside the defences */
export function drawSchedule(seed: string, defences: Defences = SOUND): Schedule {
  const random = seededRandom(`votes/schedule/${seed}`);
  const isGrouped = random.integer(4) === 0;
  const members = sitesNamed(isGrouped ? 15 + random.integer(4) : FEWEST + random.integer(6));
  const [corrupt] = random.shuffled(members.map(({ siteId }) => siteId));
  return {
    seed,
    random,
    study: studyOf(seed, isGrouped),
    members,
    corrupt: new Set(corrupt === undefined ? [] : [corrupt]),
    weather: {
      ...{ loss: random.integer(20), doubling: random.integer(20) },
      reordering: random.integer(80),
    },
    crashes: random.integer(3) === 0 ? 20 : 0,
    defences,
  };
}

/** The blobs and adapters of a run, by hash. */
export class Store {
  private readonly blobs = new Map<string, Uint8Array>();
  private readonly adapters = new Map<string, Adapter>([[firstAdapter().hash, firstAdapter()]]);

  keep({ record, ringSum }: Candidate): void {
    this.blobs.set(record.ringSumHash, ringSum);
  }

  keepAdapter(adapter: Adapter): void {
    this.adapters.set(adapter.hash, adapter);
  }

  readonly read = (hash: string): Uint8Array => found(this.blobs.get(hash));

  readonly readAdapter = (hash: string): Adapter => found(this.adapters.get(hash));
}

/** One in three cannot measure. */
export function votersOf(schedule: Schedule, store: Store): ReadonlyMap<SiteId, Voter> {
  const { members, study, defences, random } = schedule;
  const keys = new Map(members.map(({ siteId, identity }) => [siteId, identity.publicKey]));
  const { read, readAdapter } = store;
  const checking = { study, defences, keys, read, readAdapter };
  return new Map(
    members.map((self) => [self.siteId, new Voter(self, checking, random.integer(3) > 0)]),
  );
}

/** Who is left of the cohort, by the sums that are opened: in groups nearly all, else at least three. */
export function drawLists({ random, study, members }: Schedule): SiteId[][] {
  const cohort = members.map(({ siteId }) => siteId);
  const groups = groupsOfCohort(study, cohort);
  const lost = random.integer(groups === undefined ? cohort.length - FEWEST + 1 : 2);
  const left = random.shuffled(cohort).slice(lost).sort();
  return groups === undefined
    ? [left]
    : byGroup(groups, left).filter(({ length }) => length >= groups.minSites);
}

/** What a site sends: a corrupt one spoils the sum as far as its range lets it. */
export function deltasOf(schedule: Schedule, base: Adapter): (siteId: SiteId) => readonly number[] {
  const { corrupt, seed } = schedule;
  return (siteId) => {
    const random = seededRandom(`votes/noise/${seed}/${base.roundNo}/${siteId}`);
    const noise = Array.from({ length: 4 }, () => (random.integer(2001) - 1000) * LARGEST_NOISE);
    return corrupt.has(siteId) ? spoilingDelta() : honestDelta(base, noise);
  };
}

export function attemptIdOf({ seed }: Schedule, name: string): AttemptId {
  const random = seededRandom(`votes/attempt/${seed}/${name}`);
  const words = Array.from({ length: 4 }, () => random.uint32().toString(16).padStart(8, '0'));
  return words.join('') as AttemptId;
}

function found<T>(value: T | undefined): T {
  if (value === undefined) {
    throw new Error('nothing of that hash was ever kept');
  }
  return value;
}
