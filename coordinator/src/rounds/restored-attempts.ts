/**
 * After a restored backup every attempt that was open in it is given up: its one-time keys and shares are in no backup, and its
 * sites may have gone further with it than the backup knows. What follows is what follows any aborted attempt, with fresh keys.
 */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { parseAttemptId } from '@consilium/shared/vocabulary';
import { IsNull } from 'typeorm';
import type { Transaction } from '../database/transaction.js';
import { TimerDriver } from '../platform/timers/timer-driver.js';
import type { TimerRepository } from '../platform/timers/timer.repository.js';
import { AttemptEnding } from './attempt-ending.js';
import { AttemptEntity } from './attempt.entity.js';

const TIMER = 'round.restored';
const REASON = 'the coordinator was restored from a backup';

@Injectable()
export class RestoredAttempts implements OnModuleInit {
  constructor(
    private readonly timers: TimerDriver,
    private readonly ending: AttemptEnding,
  ) {}

  onModuleInit(): void {
    this.timers.register(TIMER, (tx, { key }) =>
      this.ending.abandon(tx, parseAttemptId(key), REASON),
    );
  }
}

/**
 * Before the first start on what was restored: the timers come first of all when it runs.
 * @returns how many attempts will be given up
 */
export async function giveUpOpenAttempts(
  tx: Transaction,
  timers: TimerRepository,
): Promise<number> {
  const open = await tx.rows.findBy(AttemptEntity, { endedAtMs: IsNull() });
  for (const { attemptId } of open) {
    await timers.set(tx, { kind: TIMER, key: attemptId, dueAtMs: 0 });
  }
  return open.length;
}
