/**
 * The ways out of what waits for a site that will not come back: a person gives the attempt up, after which comes what comes after
 * any aborted attempt, and is said to the person; or stops the study.
 */
import { Injectable } from '@nestjs/common';
import {
  attemptIdSchema,
  countSchema,
  positiveSchema,
  studyIdSchema,
} from '@consilium/shared/protocol';
import { ConsiliumError, type OperatorId, type StudyId } from '@consilium/shared/vocabulary';
import { z } from 'zod';
import { Database } from '../database/database.js';
import { Log } from '../platform/logging/log.js';
import { givenReasonSchema } from '../studies/given-reason.js';
import { StudiesService } from '../studies/studies.service.js';
import { AttemptEnding } from './attempt-ending.js';
import { AttemptRepository } from './attempt.repository.js';
import { isSecure, type Attempt } from './attempt.js';

export const abandonmentSchema = givenReasonSchema.extend({
  /** The attempt that the person looks at; whichever is open, if absent. */
  attemptId: attemptIdSchema.optional(),
});
export type Abandonment = z.infer<typeof abandonmentSchema>;

export const abandonedSchema = z.object({
  attemptId: attemptIdSchema,
  attemptNo: positiveSchema,
  /** Tries that the study has left for this round. */
  attemptsLeft: countSchema,
  /** What happens now, in sentences for the person. */
  next: z.string(),
});
export type Abandoned = z.infer<typeof abandonedSchema>;

export const stoppedSchema = z.object({
  studyId: studyIdSchema,
  phase: z.literal('failed'),
  reason: z.string(),
});
export type Stopped = z.infer<typeof stoppedSchema>;

@Injectable()
export class AbandonmentService {
  constructor(
    private readonly database: Database,
    private readonly attempts: AttemptRepository,
    private readonly ending: AttemptEnding,
    private readonly studies: StudiesService,
    private readonly log: Log,
  ) {}

  /** @throws ConsiliumError 'not-found', 'wrong-state' when no attempt of the study is open, or another than the one that is meant */
  async abandon(
    studyId: StudyId,
    by: OperatorId,
    { reason, attemptId: meant }: Abandonment,
  ): Promise<Abandoned> {
    const { protocol, pause } = await this.studies.get(studyId);
    const { abandoned, begun } = await this.database.transaction(async (tx) => {
      const attempt = await this.attempts.findOpen(tx, studyId);
      if (attempt === undefined) {
        throw new ConsiliumError('wrong-state', `no attempt of ${studyId} is under way`);
      }
      if (meant !== undefined && meant !== attempt.attemptId) {
        const message = `the attempt that was to be abandoned has ended, and another one is under way: look whether that one is meant`;
        throw new ConsiliumError('wrong-state', message);
      }
      await this.ending.abandon(tx, attempt.attemptId, `abandoned by ${by}: ${reason}`);
      const { roundNo } = attempt.manifest.body;
      return { abandoned: attempt, ...(await this.attempts.countOfRound(tx, studyId, roundNo)) };
    });
    const { attemptId, attemptNo } = abandoned.manifest.body;
    this.log.warn('an attempt was abandoned', { studyId, attemptId, by });
    const { maxAttempts } = protocol.participation;
    const attemptsLeft = Math.max(0, maxAttempts - begun);
    const next = nextStep(abandoned, attemptsLeft, pause !== undefined);
    return { attemptId, attemptNo, attemptsLeft, next };
  }

  /**
   * Ends a running study for good, and the attempt that is under way with it. What its rounds made so far stays.
   * @throws ConsiliumError 'not-found', 'wrong-state' when the study does not run
   */
  async stop(studyId: StudyId, by: OperatorId, words: string): Promise<Stopped> {
    const reason = `stopped by ${by}: ${words}`;
    await this.database.transaction(async (tx) => {
      const attempt = await this.attempts.findOpen(tx, studyId);
      const { phase } = await this.studies.get(studyId);
      if (phase !== 'running') {
        throw new ConsiliumError(
          'wrong-state',
          `${studyId} is ${phase}: a running study is stopped`,
        );
      }
      if (attempt !== undefined) {
        await this.ending.end(tx, attempt, reason);
      }
      await this.studies.fail(tx, studyId, reason);
    });
    this.log.warn('a study was stopped', { studyId, by });
    return { studyId, phase: 'failed', reason };
  }
}

function nextStep(attempt: Attempt, attemptsLeft: number, isPaused: boolean): string {
  if (attemptsLeft === 0) {
    return 'The round had no further attempt: the study has failed.';
  }
  const when = isPaused ? ', once the study is resumed' : '';
  const opens = `Another attempt opens with fresh keys${when}; ${attemptsLeft} of this round are left.`;
  if (!isSecure(attempt)) {
    return opens;
  }
  return attempt.survivorsLeaf === undefined
    ? `${opens} No site had endorsed survivors, so each sends the update that it has.`
    : `${opens} Sites that endorsed the survivors of this one train anew, and take part only if the two sums do not tell a few of them apart: best with the same sites, all of them reachable.`;
}
