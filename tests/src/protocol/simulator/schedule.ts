/** What a seed decides before a schedule begins: who takes part, who is corrupt, how bad the network is. */
import { seededRandom, type SeededRandom } from '@consilium/shared/crypto';
import type { AttemptId, SiteId } from '@consilium/shared/vocabulary';
import { sitesNamed, type Member } from './cast.js';
import { SOUND, type Defences } from './defences.js';
import type { Weather } from './network.js';
import type { Violation } from './verdict.js';

export interface Schedule {
  readonly seed: string;
  readonly random: SeededRandom;
  readonly members: readonly Member[];
  /** They pool what they see with each other and the coordinator; no more than c. */
  readonly corrupt: ReadonlySet<SiteId>;
  /** c */
  readonly colluders: number;
  readonly roster: ReadonlyMap<SiteId, Uint8Array>;
  readonly weather: Weather;
  /** Chances in a hundred that the power goes in a move of a site. */
  readonly crashes: number;
  /** Chances in a thousand, at each step, that a deadline passes too early, an operator gives up, or a site dies. */
  readonly troubles: number;
  readonly defences: Defences;
}

/** @param seed all that a schedule hangs on, beside the defences */
export function drawSchedule(seed: string, defences: Defences = SOUND): Schedule {
  const random = seededRandom(`simulator/schedule/${seed}`);
  const colluders = random.integer(4) === 0 ? 2 : 1;
  const sites = colluders + 2 + anyOf(random, [0, 1, 1, 2, 2, 3, 3, 4, 5, 6]);
  const members = sitesNamed(Math.min(sites, 9));
  const corrupt = random.integer(5) === 0 ? random.integer(colluders + 1) : colluders;
  const names = random.shuffled(members.map(({ siteId }) => siteId));
  const isCalm = random.integer(3) === 0;
  return {
    seed,
    random,
    members,
    corrupt: new Set(names.slice(0, corrupt)),
    colluders,
    roster: new Map(members.map(({ siteId, identity }) => [siteId, identity.publicKey])),
    weather: {
      loss: isCalm ? 0 : random.integer(15),
      doubling: isCalm ? 0 : random.integer(20),
      reordering: random.integer(80),
    },
    crashes: anyOf(random, [0, 0, 3, 8, 20]),
    troubles: anyOf(random, [0, 0, 3, 8, 15]),
    defences,
  };
}

/** Of the nth attempt of the schedule. */
export function attemptIdOf({ seed }: Schedule, attempt: number): AttemptId {
  const random = seededRandom(`simulator/attempt/${seed}/${attempt}`);
  const words = Array.from({ length: 4 }, () => random.uint32().toString(16).padStart(8, '0'));
  return words.join('') as AttemptId;
}

export function anyOf<T>(random: SeededRandom, items: readonly [T, ...T[]]): T {
  return items[random.integer(items.length)] ?? items[0];
}

/** What came of a schedule. */
export interface Outcome {
  readonly seed: string;
  readonly violations: readonly Violation[];
  readonly refusals: readonly string[];
  readonly steps: number;
  readonly crashed: number;
  readonly committed: number;
  readonly aborted: number;
  /** Phases of the coordinator and of the sites, as they were together. */
  readonly states: ReadonlySet<string>;
}
