/**
 * Fires timers when they are due, one after another in the order of their deadlines. The handler runs in the transaction
 * that removes the timer: its effects happen exactly once, or the timer stays.
 */
import {
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { Database } from '../../database/database.js';
import type { Transaction } from '../../database/transaction.js';
import { Clock } from '../clock.js';
import { Log } from '../logging/log.js';
import { TimerRepository, type Timer } from './timer.repository.js';

/** The longest sleep, in case a wake-up was lost or the clock was set. */
const SWEEP_MS = 1000;

export type TimerHandler = (tx: Transaction, timer: Timer) => Promise<void>;

@Injectable()
export class TimerDriver implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly handlers = new Map<string, TimerHandler>();
  private cancelSleep: () => void = () => undefined;
  private stopListening: () => void = () => undefined;
  private started = false;
  private pending = false;
  private firing: Promise<void> | undefined;

  constructor(
    private readonly database: Database,
    private readonly timers: TimerRepository,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Call it in `onModuleInit`; timers fire when every module is ready. */
  register(kind: string, handler: TimerHandler): void {
    if (this.handlers.has(kind)) {
      throw new ConsiliumError('internal', `two handlers for timers of kind ${kind}`);
    }
    this.handlers.set(kind, handler);
  }

  onApplicationBootstrap(): void {
    this.start();
  }

  start(): void {
    this.started = true;
    this.stopListening = this.timers.changed.listen(() => {
      this.look();
    });
    this.look();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.stop();
  }

  async stop(): Promise<void> {
    this.started = false;
    this.stopListening();
    this.cancelSleep();
    await this.settled();
  }

  /** Resolves when nothing is firing. */
  async settled(): Promise<void> {
    while (this.firing !== undefined) {
      await this.firing;
    }
  }

  private look(): void {
    this.pending = true;
    if (this.firing !== undefined || !this.started) {
      return;
    }
    this.firing = this.fireAndSleep().finally(() => {
      this.firing = undefined;
      if (this.pending) {
        this.look();
      }
    });
  }

  private async fireAndSleep(): Promise<void> {
    this.pending = false;
    this.cancelSleep();
    let sleepMs = SWEEP_MS;
    try {
      // A deadline is set far more often than it comes due: looking is a read, and only firing writes.
      let waitMs = await this.waitMs();
      while (this.started && waitMs <= 0 && (await this.fireNext())) {
        waitMs = await this.waitMs();
      }
      sleepMs = Math.min(Math.max(waitMs, 1), SWEEP_MS);
    } catch (error) {
      this.log.error('timers could not be read', error);
    }
    if (this.started) {
      this.cancelSleep = this.clock.after(sleepMs, () => {
        this.look();
      });
    }
  }

  /** Until the next timer is due; Infinity without one. */
  private async waitMs(): Promise<number> {
    const nextMs = await this.database.read((reader) => this.timers.nextMs(reader));
    return (nextMs ?? Infinity) - this.clock.nowMs();
  }

  /** @returns whether a timer was due. */
  private async fireNext(): Promise<boolean> {
    let taken: Timer | undefined;
    try {
      await this.database.transaction(async (tx) => {
        taken = await this.timers.takeDue(tx);
        if (taken !== undefined) {
          await this.handlerOf(taken)(tx, taken);
        }
      });
      return taken !== undefined;
    } catch (error) {
      if (taken === undefined) {
        throw error;
      }
      return this.postpone(taken, error);
    }
  }

  private async postpone(timer: Timer, error: unknown): Promise<boolean> {
    this.log.error('timer failed, will be tried again', error, {
      kind: timer.kind,
      key: timer.key,
    });
    await this.database.transaction((tx) => this.timers.postpone(tx, timer));
    return true;
  }

  private handlerOf(timer: Timer): TimerHandler {
    const handler = this.handlers.get(timer.kind);
    if (handler === undefined) {
      throw new ConsiliumError('internal', `no handler for timers of kind ${timer.kind}`);
    }
    return handler;
  }
}
