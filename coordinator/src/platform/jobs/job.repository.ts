/** Jobs as rows: written with the state that caused them, found again after any crash. */
import { Injectable } from '@nestjs/common';
import type { Json } from '@consilium/shared/encoding';
import { In, LessThanOrEqual } from 'typeorm';
import type { Reader, Transaction } from '../../database/transaction.js';
import { Clock } from '../clock.js';
import { Signal } from '../signal.js';
import { JobEntity } from './job.entity.js';

export interface NewJob {
  readonly kind: string;
  readonly payload: Json;
  /** Not before this moment; at once if not given. */
  readonly dueAtMs?: number;
}

export interface Job {
  readonly id: number;
  readonly kind: string;
  readonly payload: unknown;
  /** This one included. */
  readonly attempts: number;
}

@Injectable()
export class JobRepository {
  /** Fires after the commit of a transaction that wrote a job. */
  readonly enqueued = new Signal();

  constructor(private readonly clock: Clock) {}

  async enqueue(tx: Transaction, job: NewJob): Promise<void> {
    await tx.rows.insert(JobEntity, {
      kind: job.kind,
      payload: JSON.stringify(job.payload),
      state: 'queued',
      attempts: 0,
      dueAtMs: job.dueAtMs ?? this.clock.nowMs(),
      owner: '',
      lastError: '',
    });
    tx.afterCommit(() => {
      this.enqueued.fire();
    });
  }

  /** Takes the oldest job that is due, or whose runner let its lease run out. */
  async claim(tx: Transaction, owner: string, leaseMs: number): Promise<Job | undefined> {
    const nowMs = this.clock.nowMs();
    const row = await tx.rows.findOne(JobEntity, {
      where: { state: In(['queued', 'running']), dueAtMs: LessThanOrEqual(nowMs) },
      order: { dueAtMs: 'ASC', id: 'ASC' },
    });
    if (row === null) {
      return undefined;
    }
    const attempts = row.attempts + 1;
    await tx.rows.update(JobEntity, row.id, {
      state: 'running',
      owner,
      attempts,
      dueAtMs: nowMs + leaseMs,
    });
    return { id: row.id, kind: row.kind, payload: JSON.parse(row.payload), attempts };
  }

  /** Keeps the leases of a living runner. */
  async renew(tx: Transaction, owner: string, leaseMs: number): Promise<void> {
    await tx.rows.update(
      JobEntity,
      { owner, state: 'running' },
      { dueAtMs: this.clock.nowMs() + leaseMs },
    );
  }

  /** Gives back what other runners hold: right when no other process can be alive. */
  async releaseAll(tx: Transaction): Promise<void> {
    await tx.rows.update(
      JobEntity,
      { state: 'running' },
      { state: 'queued', owner: '', dueAtMs: this.clock.nowMs() },
    );
  }

  async finish(tx: Transaction, job: Job): Promise<void> {
    await tx.rows.delete(JobEntity, job.id);
  }

  async retryAt(tx: Transaction, job: Job, dueAtMs: number, reason: string): Promise<void> {
    await tx.rows.update(JobEntity, job.id, {
      state: 'queued',
      owner: '',
      dueAtMs,
      lastError: reason,
    });
  }

  async giveUp(tx: Transaction, job: Job, reason: string): Promise<void> {
    await tx.rows.update(JobEntity, job.id, { state: 'failed', owner: '', lastError: reason });
  }

  async count(reader: Reader, state: JobEntity['state']): Promise<number> {
    return reader.rows.countBy(JobEntity, { state });
  }
}
