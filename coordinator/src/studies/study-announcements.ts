/** What the log and the sites are told when a study starts or ends; of its pauses the log alone. */
import { Injectable } from '@nestjs/common';
import type { OwedMessage } from '@consilium/shared/protocol';
import type { ContentHash, OperatorId, StudyId } from '@consilium/shared/vocabulary';
import { AuditService } from '../audit/audit.service.js';
import type { Transaction } from '../database/transaction.js';
import { JobRepository } from '../platform/jobs/job.repository.js';
import { OutboxRepository } from '../platform/outbox/outbox.repository.js';
import type { Study, StudyPause } from './study.js';

/** The job that opens a round; the module of rounds handles it. */
export const OPEN_ROUND = 'round.open';

@Injectable()
export class StudyAnnouncements {
  constructor(
    private readonly audit: AuditService,
    private readonly outbox: OutboxRepository,
    private readonly jobs: JobRepository,
  ) {}

  /** The first round opens as soon as the transaction is committed. */
  async started(tx: Transaction, { studyId, rosterHash }: Study): Promise<void> {
    await this.audit.append(tx, { type: 'study.started', studyId, rosterHash });
    await this.jobs.enqueue(tx, { kind: OPEN_ROUND, payload: { studyId } });
  }

  async paused(tx: Transaction, studyId: StudyId, { by, reason }: StudyPause): Promise<void> {
    await this.audit.append(tx, { type: 'study.paused', studyId, by, reason });
  }

  /** The next attempt opens as soon as the transaction is committed, unless one is under way. */
  async resumed(tx: Transaction, studyId: StudyId, by: OperatorId): Promise<void> {
    await this.audit.append(tx, { type: 'study.resumed', studyId, by });
    await this.jobs.enqueue(tx, { kind: OPEN_ROUND, payload: { studyId } });
  }

  async completed(tx: Transaction, study: Study, hash: ContentHash): Promise<void> {
    const { studyId } = study;
    const roundNo = study.protocol.training.rounds;
    const leafIndex = await this.audit.append(tx, {
      type: 'study.completed',
      studyId,
      rounds: roundNo,
      adapterCheckpointHash: hash,
    });
    await this.tell(tx, study, {
      kind: 'study.completed',
      studyId,
      roundNo,
      adapterCheckpointHash: hash,
      leafIndex,
    });
  }

  async failed(tx: Transaction, study: Study, reason: string): Promise<void> {
    const { studyId } = study;
    const leafIndex = await this.audit.append(tx, { type: 'study.failed', studyId, reason });
    await this.tell(tx, study, { kind: 'study.failed', studyId, reason, leafIndex });
  }

  private async tell(tx: Transaction, study: Study, message: OwedMessage): Promise<void> {
    for (const { siteId } of study.roster.body.sites) {
      const { studyId } = study;
      await this.outbox.enqueue(tx, { studyId, siteId, kind: message.kind, body: message });
    }
  }
}
