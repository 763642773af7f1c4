/** What a module brings to the database: its entities and its migrations, in one constant that the application collects. */
import type { MigrationInterface, QueryRunner, TableColumnOptions } from 'typeorm';
import type { Dialect } from './transaction.js';

/** A class with `@Entity`, or one that makes a migration; TypeORM instantiates them by itself. */
type EntityClass = abstract new (...args: never[]) => object;
type MigrationClass = new () => MigrationInterface;

export interface Tables {
  readonly entities: readonly EntityClass[];
  /** Class names end in 13 digits (milliseconds), which order them across modules; never edited after release. */
  readonly migrations: readonly MigrationClass[];
}

export function dialectOf(runner: QueryRunner): Dialect {
  return runner.dataSource.options.type === 'postgres' ? 'postgres' : 'sqlite';
}

/**
 * Column shapes that mean the same on both dialects. An entity declares the same column as
 * `@Column('text')`, `@Column('bigint')` (also for milliseconds), `@Column('boolean')` or `@Column('blob')`.
 */
export interface ColumnTypes {
  text(name: string): TableColumnOptions;
  /** A whole number up to 2^53 - 1, read as number. */
  integer(name: string): TableColumnOptions;
  boolean(name: string): TableColumnOptions;
  /** Read as Buffer. */
  bytes(name: string): TableColumnOptions;
  /** A primary key that grows with every row; never used twice. */
  sequence(name: string): TableColumnOptions;
}

/** Columns are NOT NULL unless spread with `isNullable: true`. */
export function columnTypes(runner: QueryRunner): ColumnTypes {
  const bytesType = dialectOf(runner) === 'postgres' ? 'bytea' : 'blob';
  const integerType = dialectOf(runner) === 'postgres' ? 'bigint' : 'integer';
  return {
    text: (name) => ({ name, type: 'text' }),
    integer: (name) => ({ name, type: integerType }),
    boolean: (name) => ({ name, type: 'boolean' }),
    bytes: (name) => ({ name, type: bytesType }),
    sequence: (name) => ({
      name,
      type: integerType,
      isPrimary: true,
      isGenerated: true,
      generationStrategy: 'increment',
    }),
  };
}
