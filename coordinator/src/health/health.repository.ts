/** What the rows say of how a coordinator is: what waits, how much there is. */
import { Injectable } from '@nestjs/common';
import { LessThan } from 'typeorm';
import type { Reader } from '../database/transaction.js';
import { JobEntity, type JobState } from '../platform/jobs/job.entity.js';
import { OutboxEntity } from '../platform/outbox/outbox.entity.js';
import { TimerEntity } from '../platform/timers/timer.entity.js';

/** A deadline is acted on within a moment; so much later, something keeps it. */
const LATE_MS = 10_000;

export interface Queue {
  readonly waiting: number;
  readonly running: number;
  readonly failed: number;
  readonly lateTimers: number;
  readonly owed: number;
  readonly oldestOwedMs?: number;
}

@Injectable()
export class HealthRepository {
  async queue(reader: Reader, nowMs: number): Promise<Queue> {
    const jobs = (state: JobState): Promise<number> => reader.rows.countBy(JobEntity, { state });
    const [oldest] = await reader.rows.find(OutboxEntity, {
      select: { createdAtMs: true },
      order: { createdAtMs: 'ASC' },
      take: 1,
    });
    return {
      waiting: await jobs('queued'),
      running: await jobs('running'),
      failed: await jobs('failed'),
      lateTimers: await reader.rows.countBy(TimerEntity, { dueAtMs: LessThan(nowMs - LATE_MS) }),
      owed: await reader.rows.count(OutboxEntity),
      ...(oldest === undefined ? {} : { oldestOwedMs: Math.max(0, nowMs - oldest.createdAtMs) }),
    };
  }

  /** The size of the database, and its newest migration. */
  async database(reader: Reader): Promise<{ readonly bytes: number; readonly migration: string }> {
    const sizes = await reader.rows.query<readonly { readonly bytes: number | string }[]>(
      reader.dialect === 'postgres'
        ? 'SELECT pg_database_size(current_database()) AS bytes'
        : 'SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()',
    );
    const migrations = await reader.rows.query<readonly { readonly name: string }[]>(
      'SELECT name FROM migrations ORDER BY timestamp DESC LIMIT 1',
    );
    return { bytes: Number(sizes[0]?.bytes ?? 0), migration: migrations[0]?.name ?? '' };
  }

  /** Rows by table. */
  async rowsByTable(reader: Reader): Promise<Readonly<Record<string, number>>> {
    const counts: Record<string, number> = {};
    const tables = await reader.rows.query<readonly { readonly name: string }[]>(
      reader.dialect === 'postgres'
        ? 'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema() ORDER BY 1'
        : "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1",
    );
    for (const { name } of tables) {
      const [row] = await reader.rows.query<readonly { readonly rows: number | string }[]>(
        `SELECT count(*) AS "rows" FROM "${name}"`,
      );
      counts[name] = Number(row?.rows ?? 0);
    }
    return counts;
  }
}
