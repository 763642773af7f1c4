/** What a repository is handed: rows to read, or a transaction to write in. */
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { EntityManager } from 'typeorm';

export type Dialect = 'sqlite' | 'postgres';

/** The reading half of TypeORM's entity manager: a read cannot write by mistake. */
export type RowReader = Pick<
  EntityManager,
  | 'find'
  | 'findBy'
  | 'findOne'
  | 'findOneBy'
  | 'count'
  | 'countBy'
  | 'exists'
  | 'existsBy'
  | 'query'
>;

/** First argument of every repository query; a `Transaction` will do. */
export interface Reader {
  readonly dialect: Dialect;
  readonly rows: RowReader;
}

/**
 * First argument of every repository write. Valid until the function it was handed to settles; later use throws, because the
 * write would land in somebody else's transaction.
 */
export interface Transaction extends Reader {
  readonly rows: EntityManager;
  /**
   * Registers a wake-up for after the commit. It is not called when the transaction fails, and a crash may lose it: whatever
   * it starts must be found again by a sweep of the rows.
   */
  afterCommit(wake: () => void): void;
}

/** A transaction that is over once `close` was called. */
export class OpenTransaction implements Transaction {
  private readonly wakeUps: (() => void)[] = [];
  private open = true;

  constructor(
    readonly dialect: Dialect,
    private readonly manager: EntityManager,
  ) {}

  get rows(): EntityManager {
    this.requireOpen();
    return this.manager;
  }

  get isOpen(): boolean {
    return this.open;
  }

  afterCommit(wake: () => void): void {
    this.requireOpen();
    this.wakeUps.push(wake);
  }

  close(): readonly (() => void)[] {
    this.open = false;
    return this.wakeUps;
  }

  private requireOpen(): void {
    if (!this.open) {
      throw new ConsiliumError(
        'internal',
        'a transaction was used after its end: await everything inside',
      );
    }
  }
}
