/**
 * What the coordinator has to say to its sites, written in the transaction that caused it. The gateway delivers, again after
 * a reconnect or restart, until the site has acknowledged: every message at least once, in order.
 */
import { Injectable } from '@nestjs/common';
import type { Json } from '@consilium/shared/encoding';
import type { SiteId, StudyId } from '@consilium/shared/vocabulary';
import { MoreThan } from 'typeorm';
import type { Reader, Transaction } from '../../database/transaction.js';
import { Clock } from '../clock.js';
import { OutboxEntity } from './outbox.entity.js';

export interface NewMessage {
  readonly studyId: StudyId;
  readonly siteId: SiteId;
  readonly kind: string;
  readonly body: Json;
}

export interface OwedMessage {
  /** Grows from message to message of one site. */
  readonly id: number;
  readonly studyId: StudyId;
  readonly siteId: SiteId;
  readonly kind: string;
  readonly body: unknown;
  readonly createdAtMs: number;
}

@Injectable()
export class OutboxRepository {
  private readonly listeners = new Set<(siteId: SiteId) => void>();

  constructor(private readonly clock: Clock) {}

  async enqueue(tx: Transaction, message: NewMessage): Promise<void> {
    await tx.rows.insert(OutboxEntity, {
      studyId: message.studyId,
      siteId: message.siteId,
      kind: message.kind,
      body: JSON.stringify(message.body),
      createdAtMs: this.clock.nowMs(),
    });
    tx.afterCommit(() => {
      this.listeners.forEach((listener) => {
        listener(message.siteId);
      });
    });
  }

  /**
   * Calls back after the commit of a transaction that wrote a message to a site. A call may be lost in a crash: look at
   * `pending` on every connect as well.
   */
  onEnqueued(listener: (siteId: SiteId) => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  /** The oldest messages not yet acknowledged. @param afterId skips those already under way. */
  async pending(
    reader: Reader,
    siteId: SiteId,
    limit: number,
    afterId = 0,
  ): Promise<OwedMessage[]> {
    const rows = await reader.rows.find(OutboxEntity, {
      where: { siteId, id: MoreThan(afterId) },
      order: { id: 'ASC' },
      take: limit,
    });
    return rows.map(toOwedMessage);
  }

  /** The site has acknowledged the message; it is owed no longer and its row goes. Once more does nothing. */
  async markDelivered(tx: Transaction, siteId: SiteId, id: number): Promise<void> {
    await tx.rows.delete(OutboxEntity, { siteId, id });
  }

  /** Drops what a site is owed in a study, e.g. messages of an attempt that was aborted. */
  async discard(tx: Transaction, studyId: StudyId, kinds: readonly string[]): Promise<void> {
    for (const kind of kinds) {
      await tx.rows.delete(OutboxEntity, { studyId, kind });
    }
  }
}

function toOwedMessage(row: OutboxEntity): OwedMessage {
  return {
    id: row.id,
    studyId: row.studyId as StudyId,
    siteId: row.siteId as SiteId,
    kind: row.kind,
    body: JSON.parse(row.body),
    createdAtMs: row.createdAtMs,
  };
}
