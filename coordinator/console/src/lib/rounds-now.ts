/** Where a study stands in its rounds, from what the coordinator answers of them. */
import type { AttemptView, RoundView, StudyView } from '@consilium/shared/answers';

export interface RoundNow {
  readonly roundNo: number;
  readonly attempt: AttemptView;
}

export function isEnded({ phase }: AttemptView): boolean {
  return phase === 'committed' || phase === 'aborted';
}

/** The newest attempt, open or ended. */
export function newestAttempt(rounds: readonly RoundView[]): RoundNow | undefined {
  const round = rounds.at(-1);
  const attempt = round?.attempts.at(-1);
  return round === undefined || attempt === undefined
    ? undefined
    : { roundNo: round.roundNo, attempt };
}

/** The attempt that has not ended, if there is one. */
export function openAttempt(rounds: readonly RoundView[]): RoundNow | undefined {
  const newest = newestAttempt(rounds);
  return newest === undefined || isEnded(newest.attempt) ? undefined : newest;
}

/** Sites whose update is there, of those that were asked. */
export function returnedOf({ participants }: AttemptView): {
  readonly returned: number;
  readonly cohort: number;
} {
  const returned = participants.filter(
    ({ state }) => state === 'updated' || state === 'survivor',
  ).length;
  return { returned, cohort: participants.length };
}

/** Sites that take part, of those that the study needs before it can start. */
export function readiness({ sites, minSites }: StudyView): {
  readonly ready: number;
  readonly missing: number;
} {
  const ready = sites.length;
  return { ready, missing: Math.max(0, minSites - ready) };
}
