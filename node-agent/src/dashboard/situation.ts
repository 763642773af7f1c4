/** What a study at this site does now, or waits for. Pure: from the journal, the policy and the progress of this process. */
import type { AttemptState, StudyState } from '../participation/agent-state.js';
import type { StudyView } from '../participation/study-view.js';
import { nextOpening } from '../policy/training-windows.js';
import type { Activity } from './live-site.js';

interface InRound {
  readonly round: number;
  readonly rounds: number;
}

export type Situation =
  | { readonly kind: 'withdrawn' | 'completed' | 'failed' | 'unnamed' | 'refused' }
  | { readonly kind: 'joining' | 'measuring' }
  | { readonly kind: 'halted' | 'declined'; readonly code: string }
  | { readonly kind: 'approval'; readonly have: number; readonly need: number }
  | ({ readonly kind: 'outside'; readonly opensAtMs: number | undefined } & InRound)
  | ({
      readonly kind:
        | 'waiting'
        | 'checking'
        | 'training'
        | 'waitingForSites'
        | 'sending'
        | 'sent'
        | 'unmasking'
        | 'declinedRound';
    } & InRound);

export interface Moment {
  /** Whether agent.yaml names the study. */
  readonly isNamed: boolean;
  readonly activity: Activity | undefined;
  /** Of the wall clock. */
  readonly nowMs: number;
}

export function situationOf(view: StudyView, moment: Moment): Situation {
  return endOf(view.state) ?? beginningOf(view, moment) ?? roundOf(view, moment);
}

/** Hospitals that nobody here knows or approved, where the policy takes part in no round with them. */
export function newMembersOf({ state, members, policy }: StudyView): readonly string[] {
  const { atLeastKnown = Infinity } = policy.policy.members;
  const fresh = members.filter(({ standing }) => standing === 'new').map(({ site }) => site);
  const isOver = state.withdrawn !== undefined || state.end !== undefined;
  return isOver || members.length - fresh.length >= atLeastKnown ? [] : fresh;
}

function endOf({ withdrawn, halted, end, closed, join }: StudyState): Situation | undefined {
  if (withdrawn !== undefined) {
    return { kind: 'withdrawn' };
  }
  if (halted !== undefined) {
    return { kind: 'halted', code: halted };
  }
  if (end !== undefined) {
    return { kind: closed ? end.kind : 'measuring' };
  }
  const decision = join?.body.decision;
  return decision?.kind === 'decline' ? { kind: 'declined', code: decision.code } : undefined;
}

function beginningOf(view: StudyView, { isNamed }: Moment): Situation | undefined {
  const { join, joinAnswer } = view.state;
  if (join !== undefined) {
    switch (joinAnswer) {
      case 'accepted':
        return undefined;
      case undefined:
        return { kind: 'joining' };
      case 'late':
      case 'problem':
        return { kind: 'declined', code: joinAnswer };
    }
  }
  if (!isNamed) {
    return { kind: 'unnamed' };
  }
  const { mode, people } = view.policy.policy.approval;
  if (view.standing.state === 'refused') {
    return { kind: 'refused' };
  }
  return view.standing.state === 'approved' || mode === 'automatic'
    ? { kind: 'joining' }
    : { kind: 'approval', have: view.standing.approvers.length, need: people };
}

function roundOf({ state, protocol, policy }: StudyView, { activity, nowMs }: Moment): Situation {
  const { rounds } = protocol.training;
  const [attempt] = state.attempts;
  if (attempt === undefined) {
    const round = Math.min((state.adapter?.roundNo ?? 0) + 1, rounds);
    return { kind: 'waiting', round, rounds };
  }
  const place = { round: attempt.roundNo, rounds };
  const step = stepOf(attempt, activity);
  const opensAtMs = nextOpening(policy.policy.schedule.windows, nowMs);
  // A training that has begun goes on when its window closes.
  const isHeldUp = opensAtMs !== nowMs && activity === undefined;
  return isHeldUp && (step === 'checking' || step === 'waitingForSites')
    ? { kind: 'outside', opensAtMs, ...place }
    : { kind: step, ...place };
}

/** By the documents that the attempt has, of which each follows from the one before. */
function stepOf(attempt: AttemptState, activity: Activity | undefined) {
  if (attempt.decline !== undefined) {
    return 'declinedRound';
  }
  if (attempt.advert === undefined) {
    return 'checking';
  }
  if (attempt.header === undefined) {
    return activity === undefined ? 'waitingForSites' : 'training';
  }
  if (attempt.endorsed !== undefined) {
    return 'unmasking';
  }
  return activity?.phase === 'uploading' ? 'sending' : 'sent';
}
