/** Many schedules, one after another, and what they came to together. */
import { runAttack } from './attack-run.js';
import { PLANTED, SOUND, type PlantedBug } from './defences.js';
import { runHonestly } from './honest-run.js';
import { drawSchedule, type Outcome } from './schedule.js';
import type { Violation } from './verdict.js';

export type CoordinatorKind = 'honest' | 'lying';

export interface Campaign {
  readonly coordinator: CoordinatorKind;
  /** The numbers of its schedules, both inclusive. */
  readonly from: number;
  readonly to: number;
}

export interface CampaignFigures {
  readonly schedules: number;
  readonly steps: number;
  readonly crashes: number;
  readonly commits: number;
  readonly aborts: number;
  readonly states: number;
  /** What honest sites said no to, by code. */
  readonly refusals: Readonly<Record<string, number>>;
  readonly violations: readonly { readonly seed: string; readonly violation: Violation }[];
}

/** The seed of a schedule: it gives the same schedule in every campaign, and in `main.ts --seed`. */
export function seedOf(coordinator: CoordinatorKind, number: number): string {
  return `${coordinator === 'honest' ? 'honest' : 'attack'} ${number}`;
}

/** Plays the schedule of a seed. @param bug one that every honest site has */
export async function play(
  coordinator: CoordinatorKind,
  seed: string,
  bug?: PlantedBug,
): Promise<Outcome> {
  const schedule = drawSchedule(seed, bug === undefined ? SOUND : PLANTED[bug]);
  return coordinator === 'honest' ? runHonestly(schedule) : runAttack(schedule);
}

/** Plays all schedules of a campaign, with every defence in place. */
export async function runCampaign({ coordinator, from, to }: Campaign): Promise<CampaignFigures> {
  const outcomes: Outcome[] = [];
  for (let number = from; number <= to; number += 1) {
    outcomes.push(await play(coordinator, seedOf(coordinator, number)));
  }
  const total = (of: (outcome: Outcome) => number) =>
    outcomes.reduce((sum, outcome) => sum + of(outcome), 0);
  const refusals: Record<string, number> = {};
  for (const code of outcomes.flatMap((outcome) => outcome.refusals)) {
    refusals[code] = (refusals[code] ?? 0) + 1;
  }
  return {
    schedules: outcomes.length,
    steps: total(({ steps }) => steps),
    crashes: total(({ crashed }) => crashed),
    commits: total(({ committed }) => committed),
    aborts: total(({ aborted }) => aborted),
    states: new Set(outcomes.flatMap(({ states }) => [...states])).size,
    refusals,
    violations: outcomes.flatMap(({ seed, violations }) =>
      violations.map((violation) => ({ seed, violation })),
    ),
  };
}

export interface Found {
  readonly seed: string;
  /** How many schedules it took. */
  readonly schedules: number;
  readonly violations: readonly Violation[];
}

/** The first schedule under a lying coordinator in which a planted bug breaks an invariant. */
export async function findBug(
  bug: PlantedBug,
  { from, to }: Pick<Campaign, 'from' | 'to'>,
): Promise<Found | undefined> {
  for (let number = from; number <= to; number += 1) {
    const { seed, violations } = await play('lying', seedOf('lying', number), bug);
    if (violations.length > 0) {
      return { seed, schedules: number - from + 1, violations };
    }
  }
  return undefined;
}
