/** The two jobs that compute: sealing a plain attempt, taking the masks off a secure one. What never succeeds is given up. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { attemptIdSchema } from '@consilium/shared/protocol';
import type { AttemptId } from '@consilium/shared/vocabulary';
import { z } from 'zod';
import { JobRunner } from '../platform/jobs/job-runner.js';
import { AttemptEnding } from './attempt-ending.js';
import { AttemptSealing } from './attempt-sealing.js';
import { AttemptUnmasking } from './attempt-unmasking.js';
import { ROUND_JOBS } from './round-schedule.js';

const COULD_NOT_SUM = 'the coordinator could not sum the updates';

@Injectable()
export class SumDriver implements OnModuleInit {
  constructor(
    private readonly jobs: JobRunner,
    private readonly sealing: AttemptSealing,
    private readonly unmasking: AttemptUnmasking,
    private readonly ending: AttemptEnding,
  ) {}

  onModuleInit(): void {
    this.register(ROUND_JOBS.seal, (attemptId) => this.sealing.seal(attemptId));
    this.register(ROUND_JOBS.unmask, (attemptId) => this.unmasking.unmask(attemptId));
  }

  private register(kind: string, run: (attemptId: AttemptId) => Promise<void>): void {
    this.jobs.register({
      kind,
      payload: z.strictObject({ attemptId: attemptIdSchema }),
      run: ({ attemptId }) => run(attemptId),
      givenUp: (tx, { attemptId }) => this.ending.abandon(tx, attemptId, COULD_NOT_SUM),
    });
  }
}
