/** Opens TypeORM on one of the two databases: the pragmas and session settings that the guarantees rest on stand here. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { DataSource, type DataSourceOptions, type Logger } from 'typeorm';
import { toCodedError } from './database-errors.js';
import type { Tables } from './tables.js';
import type { Dialect } from './transaction.js';

/** Where the rows live. */
export type DatabaseLocation =
  | { readonly driver: 'sqlite'; readonly folder: string }
  | { readonly driver: 'postgres'; readonly url: string };

/** In the data folder. */
export const SQLITE_FILE = 'coordinator.sqlite';

export interface OpenOptions {
  readonly location: DatabaseLocation;
  /** Of every module that keeps rows. */
  readonly tables: readonly Tables[];
  /** Called before each statement; tests end the process there. */
  readonly onStatement?: (statement: string) => void;
}

/** The settings of config/ as a location; reads the url file. */
export function databaseLocation(config: {
  readonly dataFolder: string;
  readonly database: {
    readonly driver: Dialect;
    readonly url?: string | undefined;
    readonly urlFile?: string | undefined;
  };
}): DatabaseLocation {
  const { driver, url, urlFile } = config.database;
  if (driver === 'sqlite') {
    return { driver, folder: config.dataFolder };
  }
  return { driver, url: url ?? readUrl(urlFile ?? '') };
}

/** The database in words, without its password. */
export function placeOf(location: DatabaseLocation): string {
  if (location.driver === 'sqlite') {
    return `the SQLite file in ${location.folder}`;
  }
  const url = URL.canParse(location.url) ? new URL(location.url) : undefined;
  return `PostgreSQL at ${url === undefined ? 'the given url' : `${url.host}${url.pathname}`}`;
}

/** @throws ConsiliumError 'database-busy' if nothing answers, 'disk-full', 'bad-configuration' */
export async function openDataSource(options: OpenOptions): Promise<DataSource> {
  try {
    const source = new DataSource(dataSourceOptions(options));
    if (options.location.driver === 'postgres') {
      // Entities say `blob` on both dialects; the driver hands buffers through and needs only to know the word.
      source.driver.supportedDataTypes.push('blob');
    }
    return await source.initialize();
  } catch (error) {
    throw toCodedError(error, placeOf(options.location));
  }
}

function dataSourceOptions(options: OpenOptions): DataSourceOptions {
  const common = {
    entities: options.tables.flatMap((tables) => [...tables.entities]),
    migrations: options.tables.flatMap((tables) => [...tables.migrations]),
    migrationsTransactionMode: 'each' as const,
    logger: statementLogger(options.onStatement),
  };
  const { location } = options;
  if (location.driver === 'sqlite') {
    mkdirSync(location.folder, { recursive: true, mode: 0o700 });
    return {
      ...common,
      type: 'better-sqlite3',
      database: join(location.folder, SQLITE_FILE),
      timeout: 5000,
      prepareDatabase: setPragmas,
    };
  }
  return {
    ...common,
    type: 'postgres',
    url: location.url,
    parseInt8: true,
    poolSize: 10,
    connectTimeoutMS: 5000,
    applicationName: 'consilium-coordinator',
    // A broken idle connection is noticed by the next statement; without a handler it would end the process.
    poolErrorHandler: () => undefined,
    extra: { idle_in_transaction_session_timeout: 60_000, statement_timeout: 60_000 },
  };
}

interface SqliteConnection {
  pragma(statement: string): unknown;
}

/** FULL syncs the write-ahead log at every commit: an acknowledged row survives a power cut. Deleted keys are overwritten. */
function setPragmas(connection: SqliteConnection): void {
  for (const pragma of [
    'journal_mode = WAL',
    'synchronous = FULL',
    'foreign_keys = ON',
    'secure_delete = ON',
  ]) {
    connection.pragma(pragma);
  }
}

/** TypeORM's own logger prints parameters; this one passes the statement on and nothing else. */
function statementLogger(onStatement: OpenOptions['onStatement']): Logger {
  const quiet = (): void => undefined;
  return {
    logQuery: onStatement ?? quiet,
    logQueryError: quiet,
    logQuerySlow: quiet,
    logSchemaBuild: quiet,
    logMigration: quiet,
    log: quiet,
  };
}

function readUrl(file: string): string {
  let line: string;
  try {
    line = readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new ConsiliumError('bad-configuration', `database.urlFile: ${file} cannot be read`, {
      cause,
    });
  }
  if (!/^postgres(ql)?:\/\//.test(line) || !URL.canParse(line)) {
    throw new ConsiliumError(
      'bad-configuration',
      `database.urlFile: ${file} holds no postgres:// address`,
    );
  }
  return line;
}
