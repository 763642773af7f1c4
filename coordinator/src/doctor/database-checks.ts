/** The database as it is, without bringing its tables up to date: whether it answers, is migrated, agrees on the time, and holds its log. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { DataSource } from 'typeorm';
import { CheckpointSigner } from '../audit/checkpoint-signer.js';
import { LogRepository } from '../audit/log.repository.js';
import { checkLog } from '../audit/self-check.js';
import type { CoordinatorConfig } from '../config/config-schema.js';
import type { CoordinatorKeys } from '../config/coordinator-keys.js';
import {
  databaseLocation,
  openDataSource,
  placeOf,
  SQLITE_FILE,
  type DatabaseLocation,
} from '../database/data-source.js';
import { toCodedError } from '../database/database-errors.js';
import type { Tables } from '../database/tables.js';
import type { Reader } from '../database/transaction.js';
import { checked, passed, problem, skipped, type Check } from './check.js';
import { checkLogEnd } from './log-end.js';

/** Above this the log is checked at its end only, unless all of it is asked for. */
const QUICK_ABOVE = 50_000;
const LAST_LEAVES = 10_000;
/** As the agents' doctor: certificates and deadlines stand a minute. */
const MOST_SKEW_MS = 60_000;

export interface DatabaseToCheck {
  readonly config: CoordinatorConfig;
  readonly tables: readonly Tables[];
  /** Undefined where they cannot be read. */
  readonly keys?: CoordinatorKeys | undefined;
  readonly nowMs: () => number;
  /** The whole log, however long it is. */
  readonly full: boolean;
}

export async function databaseChecks(given: DatabaseToCheck): Promise<readonly Check[]> {
  let location: DatabaseLocation | undefined;
  const settings = await checked('database', () => {
    location = databaseLocation(given.config);
    return placeOf(location);
  });
  if (location === undefined) {
    return [settings];
  }
  if (location.driver === 'sqlite' && !existsSync(join(location.folder, SQLITE_FILE))) {
    const says = `there is no ${SQLITE_FILE} in ${location.folder} yet: the first start makes it`;
    return [skipped('database', says)];
  }
  let source: DataSource | undefined;
  const open = await checked('database', async () => {
    source = await openDataSource({ location: location as DatabaseLocation, tables: given.tables });
    return `${placeOf(location as DatabaseLocation)} answers`;
  });
  if (source === undefined) {
    return [open];
  }
  try {
    return [open, ...(await checksOf(source, given))];
  } catch (error) {
    throw toCodedError(error, placeOf(location));
  } finally {
    await source.destroy();
  }
}

async function checksOf(source: DataSource, given: DatabaseToCheck): Promise<readonly Check[]> {
  if (await source.showMigrations()) {
    const fix = 'consilium-coordinator backup, then consilium-coordinator migrate, or start it';
    return [problem('tables', 'they are of an older version than this program', fix)];
  }
  // Before the rows: they may be ahead of it, never behind.
  const signer = given.keys && new CheckpointSigner(given.config, given.keys);
  const tables = passed('tables', 'they are of this version');
  const log = await logChecks(source, given, signer);
  return [tables, await clockCheck(source, given.nowMs), ...log];
}

async function clockCheck(source: DataSource, nowMs: () => number): Promise<Check> {
  const check = 'clock';
  const newest = await newestLeafMs(source);
  const isPostgres = source.options.type === 'postgres';
  const [row] = isPostgres
    ? await source.query<{ readonly ms: string }[]>(
        'SELECT floor(extract(epoch FROM clock_timestamp()) * 1000) AS ms',
      )
    : [];
  const skewMs = row === undefined ? 0 : nowMs() - Number(row.ms);
  if (Math.abs(skewMs) > MOST_SKEW_MS) {
    const says = `${Math.round(skewMs / 1000)} s apart from the clock of the database`;
    return problem(check, says, 'set both clocks by NTP');
  }
  if (newest !== undefined && newest - nowMs() > MOST_SKEW_MS) {
    const says = `the newest entry of the log is ${Math.round((newest - nowMs()) / 1000)} s in the future`;
    return problem(check, says, 'set the clock by NTP');
  }
  return passed(check, isPostgres ? 'agrees with the database and the log' : 'agrees with the log');
}

async function newestLeafMs(source: DataSource): Promise<number | undefined> {
  const repository = new LogRepository();
  const reader = readerOf(source);
  const { size } = await repository.head(reader);
  const [leaf] = size === 0 ? [] : await repository.leaves(reader, size - 1, 1);
  return leaf === undefined ? undefined : (JSON.parse(leaf.leaf) as { readonly atMs: number }).atMs;
}

async function logChecks(
  source: DataSource,
  { full }: DatabaseToCheck,
  signer: CheckpointSigner | undefined,
): Promise<readonly Check[]> {
  const log = new LogRepository();
  if (signer === undefined) {
    return [skipped('log', 'the keys that it is checked with cannot be read')];
  }
  return [
    await checked('log', async () => {
      const remembered = await signer.memory.load();
      const input = { log, key: signer.noteKey, remembered };
      return inOneState(source, async (reader) => {
        const { size } = await log.head(reader);
        await requireSameKeys(reader, log, signer);
        if (full || size <= QUICK_ABOVE) {
          await checkLog(reader, input);
          return `all ${size} entries hold`;
        }
        await checkLogEnd(reader, input, LAST_LEAVES);
        return `the last ${LAST_LEAVES} of ${size} entries hold; --full checks all`;
      });
    }),
  ];
}

/** @throws ConsiliumError 'bad-configuration' when the log was opened with other keys or under another name */
async function requireSameKeys(
  reader: Reader,
  log: LogRepository,
  { names }: CheckpointSigner,
): Promise<void> {
  const [first] = await log.leaves(reader, 0, 1);
  const opened = (first === undefined ? names : JSON.parse(first.leaf)) as Partial<typeof names>;
  const { origin, logKey, coordinatorKey } = names;
  if (
    opened.origin !== origin ||
    opened.logKey !== logKey ||
    opened.coordinatorKey !== coordinatorKey
  ) {
    const message = `the log was opened as ${String(opened.origin)} with other keys than those in the key files`;
    throw new ConsiliumError('bad-configuration', message);
  }
}

/** A coordinator may append meanwhile. */
async function inOneState<T>(source: DataSource, read: (reader: Reader) => Promise<T>): Promise<T> {
  const runner = source.createQueryRunner();
  const isPostgres = source.options.type === 'postgres';
  try {
    await runner.startTransaction(isPostgres ? 'REPEATABLE READ' : undefined);
    return await read({ dialect: isPostgres ? 'postgres' : 'sqlite', rows: runner.manager });
  } finally {
    if (runner.isTransactionActive) {
      await runner.rollbackTransaction();
    }
    await runner.release();
  }
}

function readerOf(source: DataSource): Reader {
  const dialect = source.options.type === 'postgres' ? 'postgres' : 'sqlite';
  return { dialect, rows: source.manager };
}
