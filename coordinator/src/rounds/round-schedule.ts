/** What happens later to an attempt, as rows: its deadline, its sealing, the attempt after it. */
import { Injectable } from '@nestjs/common';
import type { AttemptId, StudyId } from '@consilium/shared/vocabulary';
import type { Transaction } from '../database/transaction.js';
import { JobRepository } from '../platform/jobs/job.repository.js';
import { TimerRepository } from '../platform/timers/timer.repository.js';
import { OPEN_ROUND } from '../studies/study-announcements.js';

/** Kinds of rows; a study enqueues the first `open` when it starts. */
export const ROUND_JOBS = {
  open: OPEN_ROUND,
  seal: 'round.seal',
  unmask: 'round.unmask',
} as const;
export const ROUND_DEADLINE = 'round.deadline';

@Injectable()
export class RoundSchedule {
  constructor(
    private readonly jobs: JobRepository,
    private readonly timers: TimerRepository,
  ) {}

  /** The next attempt of a running study, whichever round it is for. @param dueAtMs at once, if not given */
  async open(tx: Transaction, studyId: StudyId, dueAtMs?: number): Promise<void> {
    const later = dueAtMs === undefined ? {} : { dueAtMs };
    await this.jobs.enqueue(tx, { kind: ROUND_JOBS.open, payload: { studyId }, ...later });
  }

  async seal(tx: Transaction, attemptId: AttemptId): Promise<void> {
    await this.jobs.enqueue(tx, { kind: ROUND_JOBS.seal, payload: { attemptId } });
  }

  /** Enough sites of a secure attempt answered; an answer more after a share that proved bad asks once more. */
  async unmask(tx: Transaction, attemptId: AttemptId): Promise<void> {
    await this.jobs.enqueue(tx, { kind: ROUND_JOBS.unmask, payload: { attemptId } });
  }

  /** The one deadline that an attempt waits for now. */
  async setDeadline(tx: Transaction, attemptId: AttemptId, dueAtMs: number): Promise<void> {
    await this.timers.set(tx, { kind: ROUND_DEADLINE, key: attemptId, dueAtMs });
  }

  async cancelDeadline(tx: Transaction, attemptId: AttemptId): Promise<void> {
    await this.timers.cancel(tx, { kind: ROUND_DEADLINE, key: attemptId });
  }
}
