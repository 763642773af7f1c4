/** How the learning rate moves over a study. It spans all rounds, so a site needs only the round's number to join in. */
import type { ScheduleConfig } from '@consilium/shared/protocol';

/**
 * The factor on the learning rate, in [0, 1].
 * @param step steps taken before this one since the study began, rounds and epochs together
 * @param steps steps of the whole study
 */
export function learningRateFactor(schedule: ScheduleConfig, step: number, steps: number): number {
  switch (schedule.kind) {
    case 'constant':
      return 1;
    case 'cosine': {
      const { warmupSteps } = schedule;
      if (step < warmupSteps) {
        return (step + 1) / warmupSteps;
      }
      const progress = Math.min(1, (step - warmupSteps) / Math.max(1, steps - warmupSteps));
      return 0.5 * (1 + Math.cos(Math.PI * progress));
    }
  }
}
