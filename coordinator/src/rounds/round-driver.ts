/**
 * Drives rounds without being asked: opens attempts and acts on deadlines. Each of these is a row that was written with
 * its cause, so after a crash the driver goes on where the rows say; nothing about a round is kept in memory.
 */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { studyIdSchema } from '@consilium/shared/protocol';
import { parseAttemptId } from '@consilium/shared/vocabulary';
import { z } from 'zod';
import { Database } from '../database/database.js';
import { JobRunner } from '../platform/jobs/job-runner.js';
import { TimerDriver } from '../platform/timers/timer-driver.js';
import { AttemptOpening } from './attempt-opening.js';
import { AttemptProgress } from './attempt-progress.js';
import { ROUND_DEADLINE, ROUND_JOBS } from './round-schedule.js';

@Injectable()
export class RoundDriver implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly jobs: JobRunner,
    private readonly timers: TimerDriver,
    private readonly opening: AttemptOpening,
    private readonly progress: AttemptProgress,
  ) {}

  onModuleInit(): void {
    this.jobs.register({
      kind: ROUND_JOBS.open,
      payload: z.strictObject({ studyId: studyIdSchema }),
      // Nothing else would ever move the study again, and whatever stands in the way may be gone tomorrow.
      maxAttempts: Number.POSITIVE_INFINITY,
      run: ({ studyId }) => this.database.transaction((tx) => this.opening.open(tx, studyId)),
    });
    this.timers.register(ROUND_DEADLINE, (tx, { key }) =>
      this.progress.advance(tx, parseAttemptId(key), true),
    );
  }
}
