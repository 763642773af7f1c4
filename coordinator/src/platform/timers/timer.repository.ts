/** Deadlines as rows. */
import { Injectable } from '@nestjs/common';
import type { Json } from '@consilium/shared/encoding';
import { LessThanOrEqual } from 'typeorm';
import type { Reader, Transaction } from '../../database/transaction.js';
import { Clock } from '../clock.js';
import { Signal } from '../signal.js';
import { backoffMs } from '../backoff.js';
import { TimerEntity } from './timer.entity.js';

export interface NewTimer {
  readonly kind: string;
  /** One timer per kind and key; setting it again moves it. */
  readonly key: string;
  readonly dueAtMs: number;
  readonly payload?: Json;
}

export interface Timer {
  readonly id: number;
  readonly kind: string;
  readonly key: string;
  readonly payload: unknown;
  readonly dueAtMs: number;
}

@Injectable()
export class TimerRepository {
  /** Fires after the commit of a transaction that set a timer. */
  readonly changed = new Signal();

  constructor(private readonly clock: Clock) {}

  async set(tx: Transaction, timer: NewTimer): Promise<void> {
    await this.cancel(tx, timer);
    await tx.rows.insert(TimerEntity, {
      kind: timer.kind,
      key: timer.key,
      payload: JSON.stringify(timer.payload ?? {}),
      dueAtMs: timer.dueAtMs,
      notBeforeMs: timer.dueAtMs,
      failures: 0,
    });
    tx.afterCommit(() => {
      this.changed.fire();
    });
  }

  /** Does nothing if there is none. */
  async cancel(
    tx: Transaction,
    timer: { readonly kind: string; readonly key: string },
  ): Promise<void> {
    await tx.rows.delete(TimerEntity, { kind: timer.kind, key: timer.key });
  }

  /** Takes the first timer that is due out of the rows, in the order of their deadlines. */
  async takeDue(tx: Transaction): Promise<Timer | undefined> {
    const row = await tx.rows.findOne(TimerEntity, {
      where: { notBeforeMs: LessThanOrEqual(this.clock.nowMs()) },
      order: { dueAtMs: 'ASC', id: 'ASC' },
    });
    if (row === null) {
      return undefined;
    }
    await tx.rows.delete(TimerEntity, row.id);
    return toTimer(row);
  }

  /** Puts a timer off whose handler failed; its row is there again since that transaction was rolled back. */
  async postpone(tx: Transaction, timer: Timer): Promise<void> {
    const row = await tx.rows.findOneBy(TimerEntity, { id: timer.id });
    if (row !== null) {
      const failures = row.failures + 1;
      await tx.rows.update(TimerEntity, row.id, {
        failures,
        notBeforeMs: this.clock.nowMs() + backoffMs(failures),
      });
    }
  }

  /** When the next timer is due; undefined if none is set. */
  async nextMs(reader: Reader): Promise<number | undefined> {
    const [row] = await reader.rows.find(TimerEntity, { order: { notBeforeMs: 'ASC' }, take: 1 });
    return row?.notBeforeMs;
  }
}

function toTimer(row: TimerEntity): Timer {
  return {
    id: row.id,
    kind: row.kind,
    key: row.key,
    payload: JSON.parse(row.payload),
    dueAtMs: row.dueAtMs,
  };
}
