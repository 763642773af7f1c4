/** What a transition of an attempt leaves behind: a leaf in the log, and messages owed to sites. */
import { Injectable } from '@nestjs/common';
import type { Manifest, OwedMessage } from '@consilium/shared/protocol';
import type { SiteId, StudyId } from '@consilium/shared/vocabulary';
import { AuditService, type NewLeaf } from '../audit/audit.service.js';
import type { Transaction } from '../database/transaction.js';
import { Clock } from '../platform/clock.js';
import { OutboxRepository } from '../platform/outbox/outbox.repository.js';

@Injectable()
export class RoundJournal {
  constructor(
    private readonly audit: AuditService,
    private readonly outbox: OutboxRepository,
    private readonly clock: Clock,
  ) {}

  nowMs(): number {
    return this.clock.nowMs();
  }

  /** @returns the leaf's index. */
  async append(tx: Transaction, leaf: NewLeaf): Promise<number> {
    return this.audit.append(tx, leaf);
  }

  async tell(
    tx: Transaction,
    studyId: StudyId,
    sites: readonly SiteId[],
    message: OwedMessage,
  ): Promise<void> {
    for (const siteId of sites) {
      await this.outbox.enqueue(tx, { studyId, siteId, kind: message.kind, body: message });
    }
  }
}

/** What names an attempt in leaves and messages. */
export function placeOf({
  studyId,
  roundNo,
  attemptId,
}: Manifest): Pick<Manifest, 'studyId' | 'roundNo' | 'attemptId'> {
  return { studyId, roundNo, attemptId };
}
