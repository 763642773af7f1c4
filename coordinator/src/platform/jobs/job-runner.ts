/**
 * Runs jobs inside the process: wakes after a commit, sweeps the rows in case a wake-up was lost, retries with growing
 * pauses. A job may run more than once, so a handler must be able to repeat itself.
 */
import {
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { randomBytes } from '@consilium/shared/crypto';
import { toHex } from '@consilium/shared/encoding';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { z } from 'zod';
import { Database } from '../../database/database.js';
import type { Transaction } from '../../database/transaction.js';
import { backoffMs } from '../backoff.js';
import { Clock } from '../clock.js';
import { Log } from '../logging/log.js';
import { JobRepository, type Job } from './job.repository.js';

const SWEEP_MS = 1000;
const LEASE_MS = 30_000;
const RENEW_MS = 10_000;
/** Jobs at the same time; heavy ones use a worker thread. */
const CONCURRENCY = 2;

export interface JobHandler<P> {
  readonly kind: string;
  readonly payload: z.ZodType<P>;
  /** How often it is tried; 10 if not given. */
  readonly maxAttempts?: number;
  /** Does the work; throws to be tried again. */
  run(payload: P): Promise<void>;
  /** Called in the transaction that gives the job up, e.g. to abort an attempt. */
  givenUp?(tx: Transaction, payload: P, reason: string): Promise<void>;
}

@Injectable()
export class JobRunner implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly handlers = new Map<string, JobHandler<unknown>>();
  private readonly running = new Set<Promise<void>>();
  private readonly owner = toHex(randomBytes(8));
  private cancelSweep: () => void = () => undefined;
  private cancelRenewal: () => void = () => undefined;
  private stopListening: () => void = () => undefined;
  private started = false;
  private claiming = false;

  constructor(
    private readonly database: Database,
    private readonly jobs: JobRepository,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Call it in `onModuleInit`; jobs start when every module is ready. */
  register<P>(handler: JobHandler<P>): void {
    if (this.handlers.has(handler.kind)) {
      throw new ConsiliumError('internal', `two handlers for jobs of kind ${handler.kind}`);
    }
    this.handlers.set(handler.kind, handler);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.start();
  }

  /** A SQLite file belongs to one process, so whatever is marked as running was interrupted by a crash. */
  async start(): Promise<void> {
    if (this.database.dialect === 'sqlite') {
      await this.database.transaction((tx) => this.jobs.releaseAll(tx));
    }
    this.started = true;
    this.stopListening = this.jobs.enqueued.listen(() => {
      this.look();
    });
    this.sweep();
    this.renew();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.stop();
  }

  /** Takes no more jobs and waits for the running ones. */
  async stop(): Promise<void> {
    this.started = false;
    this.stopListening();
    this.cancelSweep();
    await this.settled();
    this.cancelRenewal();
  }

  /** Resolves when no job is running. */
  async settled(): Promise<void> {
    while (this.running.size > 0) {
      await Promise.allSettled(this.running);
    }
  }

  private sweep(): void {
    this.look();
    this.cancelSweep = this.clock.after(SWEEP_MS, () => {
      this.sweep();
    });
  }

  private renew(): void {
    this.cancelRenewal = this.clock.after(RENEW_MS, () => {
      this.renew();
      if (this.running.size > 0) {
        this.database
          .transaction((tx) => this.jobs.renew(tx, this.owner, LEASE_MS))
          .catch((error: unknown) => {
            this.log.error('leases of jobs could not be renewed', error);
          });
      }
    });
  }

  /** Starts what is due as long as there is room. One look at a time; a wake-up meanwhile is answered by the loop. */
  private look(): void {
    if (!this.started || this.claiming || this.running.size >= CONCURRENCY) {
      return;
    }
    this.claiming = true;
    const work = this.database
      .transaction((tx) => this.jobs.claim(tx, this.owner, LEASE_MS))
      .then((job) => {
        this.claiming = false;
        if (job === undefined) {
          return undefined;
        }
        // The job's first query stands in line before the look for another job.
        const done = this.work(job);
        this.look();
        return done;
      })
      .catch((error: unknown) => {
        this.claiming = false;
        this.log.error('jobs could not be read', error);
      })
      .finally(() => this.running.delete(work));
    this.running.add(work);
  }

  private async work(job: Job): Promise<void> {
    const handler = this.handlers.get(job.kind);
    try {
      if (handler === undefined) {
        throw new ConsiliumError('internal', `no handler for jobs of kind ${job.kind}`);
      }
      await handler.run(handler.payload.parse(job.payload));
      await this.database.transaction((tx) => this.jobs.finish(tx, job));
    } catch (error) {
      await this.failed(job, handler, error);
    }
    setImmediate(() => {
      this.look();
    });
  }

  private async failed(
    job: Job,
    handler: JobHandler<unknown> | undefined,
    error: unknown,
  ): Promise<void> {
    const reason = error instanceof Error ? error.message : 'unknown';
    const last = job.attempts >= (handler?.maxAttempts ?? 10);
    this.log.error(last ? 'job given up' : 'job failed, will be tried again', error, {
      kind: job.kind,
      job: job.id,
      attempts: job.attempts,
    });
    await this.database.transaction(async (tx) => {
      if (!last) {
        await this.jobs.retryAt(tx, job, this.clock.nowMs() + backoffMs(job.attempts), reason);
        return;
      }
      await this.jobs.giveUp(tx, job, reason);
      const payload = handler?.payload.safeParse(job.payload);
      if (payload?.success === true) {
        await handler?.givenUp?.(tx, payload.data, reason);
      }
    });
  }
}
