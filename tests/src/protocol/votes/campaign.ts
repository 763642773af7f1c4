/** Many schedules of votes, one after another, and what they came to together. */
import { PLANTED, SOUND, type PlantedBug } from './defences.js';
import { runHonestly } from './honest-run.js';
import { runLies } from './lying-run.js';
import { drawSchedule } from './schedule.js';
import type { Outcome, Violation } from './verdict.js';

export type CoordinatorKind = 'honest' | 'lying';

export interface CampaignFigures {
  readonly schedules: number;
  readonly commits: number;
  readonly rejections: number;
  readonly votes: number;
  readonly refusals: number;
  readonly states: number;
  readonly violations: readonly { readonly seed: string; readonly violation: Violation }[];
}

/** Plays the nth schedule. @param bug one that every honest site has */
export function play(coordinator: CoordinatorKind, number: number, bug?: PlantedBug): Outcome {
  const seed = `${coordinator} ${number}`;
  const schedule = drawSchedule(seed, bug === undefined ? SOUND : PLANTED[bug]);
  return coordinator === 'honest' ? runHonestly(schedule) : runLies(schedule);
}

/** @param from the number of the first schedule */
export function runCampaign(
  coordinator: CoordinatorKind,
  from: number,
  count: number,
): CampaignFigures {
  const outcomes = Array.from({ length: count }, (_, i) => play(coordinator, from + i));
  const total = (of: (outcome: Outcome) => number): number =>
    outcomes.reduce((sum, outcome) => sum + of(outcome), 0);
  return {
    schedules: outcomes.length,
    commits: total(({ committed }) => committed),
    rejections: total(({ rejected }) => rejected),
    votes: total(({ votes }) => votes),
    refusals: total(({ refusals }) => refusals),
    states: new Set(outcomes.flatMap(({ states }) => [...states])).size,
    violations: outcomes.flatMap(({ seed, violations }) =>
      violations.map((violation) => ({ seed, violation })),
    ),
  };
}

export interface Found {
  readonly number: number;
  readonly violations: readonly Violation[];
}

/** The first schedule under a lying coordinator in which a planted bug breaks an invariant. */
export function findBug(bug: PlantedBug, from: number, count: number): Found | undefined {
  for (let number = from; number < from + count; number += 1) {
    const { violations } = play('lying', number, bug);
    if (violations.length > 0) {
      return { number, violations };
    }
  }
  return undefined;
}
