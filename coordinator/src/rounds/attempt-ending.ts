/**
 * The two ends of an attempt. Either way its aggregation key, or the boxes and shares of its sites, are destroyed in the same
 * transaction, and that is a leaf: from then on nobody can open the updates that they were for.
 */
import { Injectable } from '@nestjs/common';
import { contentHashOf } from '@consilium/shared/crypto';
import type { Manifest, RoundRecord } from '@consilium/shared/protocol';
import { step } from '@consilium/shared/rounds';
import type { AttemptId } from '@consilium/shared/vocabulary';
import type { Transaction } from '../database/transaction.js';
import { AdapterCheckpointsService } from '../models/adapter-checkpoints.service.js';
import { backoffMs } from '../platform/backoff.js';
import { StudiesService } from '../studies/studies.service.js';
import { AttemptRepository } from './attempt.repository.js';
import { votesOf, type Attempt } from './attempt.js';
import { KeyRemains } from './key-remains.js';
import { placeOf, RoundJournal } from './round-journal.js';
import { RoundSchedule } from './round-schedule.js';

/** Of a reason in the log, in characters. */
const REASON_LENGTH = 200;

@Injectable()
export class AttemptEnding {
  constructor(
    private readonly attempts: AttemptRepository,
    private readonly journal: RoundJournal,
    private readonly schedule: RoundSchedule,
    private readonly studies: StudiesService,
    private readonly checkpoints: AdapterCheckpointsService,
    private readonly keyRemains: KeyRemains,
  ) {}

  /** Ends the attempt with a result; the next round opens, or the study is completed. */
  async commit(tx: Transaction, attempt: Attempt, record: RoundRecord): Promise<void> {
    const { body } = attempt.manifest;
    const place = placeOf(body);
    const atMs = this.journal.nowMs();
    await this.attempts.end(tx, attempt.attemptId, { phase: 'committed', record, atMs });
    const leafIndex = await this.journal.append(tx, {
      type: 'round.result',
      ...place,
      recordHash: contentHashOf(record),
      ringSumHash: record.ringSumHash,
      adapterCheckpointHash: record.adapterCheckpointHash,
    });
    await this.keyRemains.destroy(tx, attempt);
    const votes = body.acceptance === undefined ? {} : { votes: votesOf(attempt) };
    const result = { kind: 'round.result', record, leafIndex, ...votes } as const;
    await this.journal.tell(tx, body.studyId, body.cohort, result);
    await this.checkpoints.record(tx, {
      studyId: body.studyId,
      roundNo: body.roundNo,
      hash: record.adapterCheckpointHash,
      ringSumHash: record.ringSumHash,
    });
    const { protocol } = await this.studies.get(body.studyId);
    if (body.roundNo < protocol.training.rounds) {
      await this.schedule.open(tx, body.studyId);
    } else {
      await this.studies.complete(tx, body.studyId, record.adapterCheckpointHash);
    }
  }

  /** Ends the attempt without a result; another one follows, or the study has failed. */
  async abort(tx: Transaction, attempt: Attempt, reason: string): Promise<void> {
    await this.end(tx, attempt, reason);
    await this.tryAgain(tx, attempt.manifest.body, reason);
  }

  /** Ends the attempt without a result, and decides nothing of what follows. */
  async end(tx: Transaction, attempt: Attempt, reason: string): Promise<void> {
    const { body } = attempt.manifest;
    const place = placeOf(body);
    const atMs = this.journal.nowMs();
    await this.attempts.end(tx, attempt.attemptId, { phase: 'aborted', reason, atMs });
    await this.schedule.cancelDeadline(tx, attempt.attemptId);
    const leafIndex = await this.journal.append(tx, { type: 'round.aborted', ...place, reason });
    await this.keyRemains.destroy(tx, attempt);
    const aborted = { kind: 'round.aborted', ...place, reason, leafIndex } as const;
    await this.journal.tell(tx, body.studyId, body.cohort, aborted);
  }

  /**
   * Hospitals that are away, paused or have to approve first come back: attempts without enough of them cost nobody a training and
   * do not count. Where too few members are left nobody is waited for.
   */
  private async tryAgain(tx: Transaction, manifest: Manifest, reason: string): Promise<void> {
    const { studyId, roundNo, attemptNo } = manifest;
    const { protocol, roster } = await this.studies.get(studyId);
    const { maxAttempts, minSites } = protocol.participation;
    const { begun, waitedFor } = await this.attempts.countOfRound(tx, studyId, roundNo);
    const failures = roster.body.sites.length < minSites ? attemptNo : begun;
    if (failures >= maxAttempts) {
      const why = `round ${roundNo} failed ${maxAttempts} times, at last because ${reason}`;
      await this.studies.fail(tx, studyId, why.slice(0, REASON_LENGTH));
      return;
    }
    const pauseMs = waitedFor > 1 ? backoffMs(waitedFor - 1) : 0;
    await this.schedule.open(tx, studyId, this.journal.nowMs() + pauseMs);
  }

  /** The attempt is given up from whichever phase it is in; nothing happens to one that ended. */
  async abandon(tx: Transaction, attemptId: AttemptId, reason: string): Promise<void> {
    const attempt = await this.attempts.find(tx, attemptId);
    if (attempt === undefined) {
      return;
    }
    const next = step(attempt.phase, { kind: 'abandoned', reason }, attempt.manifest.body);
    if (next.kind === 'failed') {
      await this.abort(tx, attempt, next.reason);
    }
  }
}
