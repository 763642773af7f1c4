/**
 * Drives one attempt at a round, from the manifest to the result. The journal says which phase the attempt is in; each phase has
 * one action, and what the action made is in the journal before the next phase sends it. So this process may be killed at any
 * line: the next one reads the phase and sends the same bytes again. docs/protocol/v1.md section 4.
 */
import { isOver, siteStep, type SitePhase } from '@consilium/shared/rounds';
import { ConsiliumError, isConsiliumError, type AttemptId } from '@consilium/shared/vocabulary';
import { PAUSED } from '../policy/control.js';
import type { Decisions } from '../policy/decisions.js';
import { declineCodeOf, PolicyRefusal } from '../policy/refusal.js';
import { errorFields } from '../telemetry/logger.js';
import type { ProgressReport } from '../telemetry/progress.js';
import type { AttemptState, Move } from './agent-state.js';
import { AttemptActions, type Outcome } from './attempt-actions.js';
import { signDecline } from './attempt-documents.js';
import { awaitEnd } from './attempt-end.js';
import { BAD_SHARES, DealerFault } from './dealer-fault.js';
import { contradictsTheLog } from './faults.js';
import { attemptState, type StudyContext } from './site-context.js';

export class Participant {
  private readonly actions: AttemptActions;

  constructor(
    private readonly study: StudyContext,
    private readonly attemptId: AttemptId,
  ) {
    this.actions = new AttemptActions(study, attemptId);
  }

  /** Returns when the attempt is over. @throws when the log or the result cannot be trusted, or the signal says stop */
  async run(signal: AbortSignal): Promise<void> {
    const leaving = new AbortController();
    const end = awaitEnd(this.study, this.attemptId, AbortSignal.any([signal, leaving.signal]));
    // Awaited in every phase; a failure between two of them is not unhandled.
    end.catch(() => undefined);
    let { phase } = this.attempt();
    try {
      while (!isOver(phase)) {
        phase = this.journal(phase, await this.nextMove(phase, end, signal));
      }
    } finally {
      // A result that is being kept is written whole before anybody deletes what this site holds of the study.
      leaving.abort(new Error('this attempt is left'));
      await Promise.allSettled([end]);
    }
  }

  /** What the phase's action leads to. A pause calls the action off: what was sent already is sent on when the site resumes. */
  private async nextMove(phase: SitePhase, end: Promise<Move>, signal: AbortSignal): Promise<Move> {
    for (;;) {
      const move = await this.actUntilPaused(phase, end, signal);
      if (move !== 'paused') {
        return move;
      }
      const decline = mayDecline(phase)
        ? this.declineFor(new PolicyRefusal([PAUSED]), phase, signal)
        : undefined;
      const resumed = this.study.decisions.until(isResumed, signal);
      resumed.catch(() => undefined);
      const next = decline ?? (await Promise.race([end, resumed]));
      if (next !== 'resumed') {
        return next;
      }
    }
  }

  /** The end of the attempt and a pause both call the action off. */
  private async actUntilPaused(
    phase: SitePhase,
    end: Promise<Move>,
    signal: AbortSignal,
  ): Promise<Move | 'paused'> {
    const calledOff = new AbortController();
    const stop = AbortSignal.any([signal, calledOff.signal]);
    const paused = phase === 'declined' ? end : this.untilPaused(calledOff, signal);
    const action = this.actions.act(phase, stop);
    const outcome = action.then(
      (move) => move ?? end,
      (error: unknown) =>
        calledOff.signal.aborted
          ? Promise.race([end, paused])
          : (this.declineFor(error, phase, signal) ?? end),
    );
    try {
      return await Promise.race([outcome, end, paused]);
    } finally {
      calledOff.abort();
      await Promise.allSettled([action]);
    }
  }

  /** Calls off what is under way, the training with it, once a person pauses the site. */
  private untilPaused(calledOff: AbortController, signal: AbortSignal): Promise<'paused'> {
    const { decisions, training } = this.study;
    const stop = AbortSignal.any([signal, calledOff.signal]);
    const paused = decisions.until(isPaused, stop).then(async (word) => {
      calledOff.abort();
      await training.close();
      return word;
    });
    paused.catch(() => undefined);
    return paused;
  }

  /**
   * A fault ends the attempt at this site: the coordinator learns the code and, of a dealer whose shares are none, what it signed. What was sent cannot be taken back,
   * so after that only the end is awaited. A log that contradicts itself is more than a fault of the attempt.
   */
  private declineFor(error: unknown, phase: SitePhase, signal: AbortSignal): Outcome {
    if (signal.aborted || !isConsiliumError(error) || contradictsTheLog(error)) {
      throw error;
    }
    const code = error instanceof DealerFault ? BAD_SHARES : declineCodeOf(error);
    if (!mayDecline(phase)) {
      this.study.logger.warn({ attempt: this.attemptId, ...errorFields(error) }, 'refused');
      this.report({ event: 'refused', code });
      return undefined;
    }
    this.study.logger.warn({ attempt: this.attemptId, ...errorFields(error) }, 'attempt declined');
    this.report({ event: 'declined-round', code });
    const complaint = error instanceof DealerFault ? error.complaint : undefined;
    const decline = signDecline(this.study, this.attempt(), code, complaint);
    return { kind: 'decline-journaled', code, decline };
  }

  /** Asks the table of both ends whether the move may follow, and writes it down. */
  private journal(phase: SitePhase, move: Move): SitePhase {
    const step = siteStep(phase, move, this.attempt().manifest.body.aggregation.kind);
    if (step.kind === 'refused') {
      throw new ConsiliumError('internal', `${move.kind} does not follow ${phase}`);
    }
    const { studyId, journal } = this.study;
    const { attemptId } = this;
    journal.append({ kind: 'attempt-moved', studyId, attemptId, to: step.to, move });
    return step.to;
  }

  private attempt(): AttemptState {
    return attemptState(this.study, this.attemptId);
  }

  private report(report: ProgressReport): void {
    const { studyId: study } = this.study;
    this.study.report({ ...report, study, round: this.attempt().roundNo, attempt: this.attemptId });
  }
}

function mayDecline(phase: SitePhase): boolean {
  switch (phase) {
    case 'idle':
    case 'advertised':
    case 'shared':
    case 'peered':
      return true;
    case 'sent':
    case 'endorsed':
    case 'answered':
    case 'voted':
    case 'declined':
    case 'done':
    case 'aborted':
      return false;
  }
}

function isPaused({ control }: Decisions): 'paused' | undefined {
  return control.pause === 'now' ? 'paused' : undefined;
}

function isResumed({ control }: Decisions): 'resumed' | undefined {
  return control.pause === 'now' ? undefined : 'resumed';
}
