/**
 * The one door to the rows. A process writes one transaction at a time, on both databases; several processes on one
 * PostgreSQL are put in order by serialisable isolation, and the loser runs again.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { DataSource, QueryRunner } from 'typeorm';
import { openDataSource, placeOf, type OpenOptions } from './data-source.js';
import { isRetryable, toCodedError } from './database-errors.js';
import { Lane } from './lane.js';
import { migrate } from './migrate.js';
import { OpenTransaction, type Dialect, type Reader, type Transaction } from './transaction.js';

/** How often one transaction is tried while others keep winning. */
const ATTEMPTS = 8;
const FIRST_PAUSE_MS = 5;

/** What the platform counts and logs; the database knows neither logger nor metrics. */
export interface DatabaseObserver {
  transactionEnded(outcome: 'committed' | 'failed', durationMs: number): void;
  transactionRetried(): void;
  wakeUpFailed(error: unknown): void;
}

export class Database {
  private readonly lane = new Lane();
  private readonly current = new AsyncLocalStorage<OpenTransaction>();
  private observer: DatabaseObserver | undefined;

  private constructor(
    private readonly source: DataSource,
    readonly dialect: Dialect,
    /** The database in words, for messages. */
    readonly place: string,
  ) {}

  /**
   * Connects and brings the tables up to date.
   * @throws ConsiliumError 'database-busy' | 'disk-full' | 'bad-configuration'
   */
  static async open(options: OpenOptions): Promise<Database> {
    const source = await openDataSource(options);
    const database = new Database(source, options.location.driver, placeOf(options.location));
    try {
      await migrate(source);
    } catch (error) {
      await source.destroy();
      throw toCodedError(error, database.place);
    }
    return database;
  }

  observe(observer: DatabaseObserver): void {
    this.observer = observer;
  }

  /**
   * Runs `work` in one transaction: all of its writes are kept, or none. `work` may run several times, so it does nothing
   * but read and write rows. Called inside another transaction it joins that one.
   * @throws what `work` throws; ConsiliumError 'database-busy' | 'disk-full' | 'conflict' | 'internal' from the database.
   */
  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const outer = this.openTransaction();
    if (outer !== undefined) {
      return work(outer);
    }
    const startedMs = performance.now();
    try {
      const { value, wakeUps } = await this.lane.run(() => this.untilCommitted(work));
      this.observer?.transactionEnded('committed', performance.now() - startedMs);
      this.wake(wakeUps);
      return value;
    } catch (error) {
      this.observer?.transactionEnded('failed', performance.now() - startedMs);
      throw toCodedError(error, this.place);
    }
  }

  /** Runs `query` on one consistent state of the rows. Inside a transaction it sees what that has written. */
  async read<T>(query: (reader: Reader) => Promise<T>): Promise<T> {
    const outer = this.openTransaction();
    if (outer !== undefined) {
      return query(outer);
    }
    try {
      return await (this.dialect === 'sqlite'
        ? this.lane.run(() => this.readAlone(query))
        : this.readSnapshot(query));
    } catch (error) {
      throw toCodedError(error, this.place);
    }
  }

  /**
   * As `read`, for what must not see rows that could still be undone.
   * @throws ConsiliumError 'internal' inside a transaction.
   */
  async readCommitted<T>(query: (reader: Reader) => Promise<T>): Promise<T> {
    if (this.openTransaction() !== undefined) {
      throw new ConsiliumError('internal', 'committed rows were asked for inside a transaction');
    }
    return this.read(query);
  }

  /** @throws ConsiliumError 'database-busy' if the database does not answer. */
  async ping(): Promise<void> {
    await this.read((reader) => reader.rows.query('SELECT 1'));
  }

  /**
   * Removes what was deleted from the write-ahead log of SQLite as well, for destroyed keys. PostgreSQL frees the space of
   * dead rows on its own, later.
   */
  async eraseDeleted(): Promise<void> {
    if (this.dialect === 'postgres') {
      return;
    }
    try {
      await this.lane.run(() => this.source.query('PRAGMA wal_checkpoint(TRUNCATE)'));
    } catch (error) {
      throw toCodedError(error, this.place);
    }
  }

  /** Lets the work under way finish, then disconnects. */
  async close(): Promise<void> {
    await this.lane.idle();
    if (this.source.isInitialized) {
      await this.source.destroy();
    }
  }

  /** The transaction this call is made from. One that is over does not count: the caller outlived it and queues like any other. */
  private openTransaction(): OpenTransaction | undefined {
    const transaction = this.current.getStore();
    return transaction?.isOpen === true ? transaction : undefined;
  }

  private async untilCommitted<T>(work: (tx: Transaction) => Promise<T>): Promise<Committed<T>> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.attempt(work);
      } catch (error) {
        if (!isRetryable(error) || attempt === ATTEMPTS) {
          throw error;
        }
        this.observer?.transactionRetried();
        await delay(FIRST_PAUSE_MS * 2 ** attempt);
      }
    }
  }

  private async attempt<T>(work: (tx: Transaction) => Promise<T>): Promise<Committed<T>> {
    const runner = this.source.createQueryRunner();
    const tx = new OpenTransaction(this.dialect, runner.manager);
    try {
      await runner.startTransaction(this.dialect === 'postgres' ? 'SERIALIZABLE' : undefined);
      const value = await this.current.run(tx, () => work(tx));
      const wakeUps = tx.close();
      await runner.commitTransaction();
      return { value, wakeUps };
    } catch (error) {
      tx.close();
      await rollBack(runner);
      throw error;
    } finally {
      await runner.release();
    }
  }

  private async readAlone<T>(query: (reader: Reader) => Promise<T>): Promise<T> {
    const snapshot = new OpenTransaction(this.dialect, this.source.manager);
    try {
      return await this.current.run(snapshot, () => query(snapshot));
    } finally {
      snapshot.close();
    }
  }

  private async readSnapshot<T>(query: (reader: Reader) => Promise<T>): Promise<T> {
    const runner = this.source.createQueryRunner();
    const snapshot = new OpenTransaction(this.dialect, runner.manager);
    try {
      await runner.startTransaction('REPEATABLE READ');
      await runner.query('SET TRANSACTION READ ONLY');
      const value = await this.current.run(snapshot, () => query(snapshot));
      await runner.commitTransaction();
      return value;
    } catch (error) {
      await rollBack(runner);
      throw error;
    } finally {
      snapshot.close();
      await runner.release();
    }
  }

  private wake(wakeUps: readonly (() => void)[]): void {
    for (const wake of wakeUps) {
      try {
        wake();
      } catch (error) {
        this.observer?.wakeUpFailed(error);
      }
    }
  }
}

interface Committed<T> {
  readonly value: T;
  readonly wakeUps: readonly (() => void)[];
}

/** A connection that is gone has rolled back already; the first error is the one worth telling. */
async function rollBack(runner: QueryRunner): Promise<void> {
  if (runner.isTransactionActive) {
    await runner.rollbackTransaction().catch(() => undefined);
  }
}
