/** What the drivers throw, as coded errors that say what to do and never carry the statement's parameters. */
import { ConsiliumError, isConsiliumError, type ErrorDetail } from '@consilium/shared/vocabulary';
import { QueryFailedError, QueryRunnerAlreadyReleasedError } from 'typeorm';
import { errorCode } from '../config/error-code.js';

/** Another transaction won (PostgreSQL: serialisation failure, deadlock; SQLite: a second process holds the file). */
const RETRYABLE: ReadonlySet<string> = new Set([
  '40001',
  '40P01',
  'SQLITE_BUSY',
  'SQLITE_BUSY_SNAPSHOT',
  'SQLITE_BUSY_RECOVERY',
]);

const DISK_FULL: ReadonlySet<string> = new Set([
  '53100',
  'SQLITE_FULL',
  'ENOSPC',
  'EDQUOT',
  'SQLITE_IOERR_WRITE',
  'SQLITE_IOERR_FSYNC',
]);

/** PostgreSQL is down, going down, coming up, or out of reach. */
const UNREACHABLE: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ETIMEDOUT',
  'ENOENT',
  '57P01',
  '57P02',
  '57P03',
  '53300',
  '08000',
  '08001',
  '08003',
  '08004',
  '08006',
]);

/** The folder of the SQLite file is not ours to write in. */
const UNWRITABLE: ReadonlySet<string> = new Set([
  'EACCES',
  'EPERM',
  'EROFS',
  'ENOTDIR',
  'EEXIST',
  'SQLITE_CANTOPEN',
  'SQLITE_READONLY',
]);

const UNIQUE: ReadonlySet<string> = new Set([
  '23505',
  'SQLITE_CONSTRAINT_UNIQUE',
  'SQLITE_CONSTRAINT_PRIMARYKEY',
]);

/** node-postgres has no code for these. */
const LOST_CONNECTION =
  /connection terminated|timeout exceeded when trying to connect|connection timeout/i;

export function isRetryable(error: unknown): boolean {
  return RETRYABLE.has(stateOf(error));
}

/** Whether a statement met a row with the same key; on PostgreSQL its transaction is lost all the same. */
export function isUniqueViolation(error: unknown): boolean {
  return UNIQUE.has(stateOf(error));
}

/**
 * @param place the database in words, e.g. its folder or its host and port; no password.
 * @returns coded errors as they are, and everything else that did not come from the database.
 */
export function toCodedError(error: unknown, place: string): unknown {
  if (isConsiliumError(error)) {
    return error;
  }
  const state = stateOf(error);
  const detail = { state: state === '' ? 'unknown' : state };
  if (DISK_FULL.has(state)) {
    return new ConsiliumError(
      'disk-full',
      `the disk of ${place} is full: free space there; nothing of the transaction was kept`,
      { detail },
    );
  }
  if (UNWRITABLE.has(state)) {
    return new ConsiliumError(
      'bad-configuration',
      `${place} cannot be written (${state}): give the coordinator a dataFolder of its own`,
      { detail },
    );
  }
  if (RETRYABLE.has(state)) {
    return new ConsiliumError(
      'database-busy',
      `${place} is held by other transactions: try again in a moment`,
      { detail },
    );
  }
  if (UNREACHABLE.has(state) || isLostConnection(error)) {
    return new ConsiliumError(
      'database-busy',
      `${place} does not answer: start it, or correct the database settings`,
      { detail },
    );
  }
  if (UNIQUE.has(state)) {
    return new ConsiliumError('conflict', 'a row with this key is there already', { detail });
  }
  return isQueryFailure(error) ? withoutParameters(error, detail) : error;
}

/** The class is generic in the driver's error and `instanceof` forgets which; every driver throws an Error. */
function isQueryFailure(error: unknown): error is QueryFailedError {
  return error instanceof QueryFailedError;
}

/** TypeORM puts statement and parameters on the error, and a parameter may be a sealed key. */
function withoutParameters(error: QueryFailedError, detail: ErrorDetail): ConsiliumError {
  const message = `a database statement failed: ${error.driverError.message}`;
  return new ConsiliumError('internal', message, { detail });
}

/** SQLSTATE, SQLite result code or errno of the driver's error; '' if there is none. */
function stateOf(error: unknown): string {
  return errorCode(isQueryFailure(error) ? error.driverError : error);
}

/** TypeORM lets go of a runner whose connection broke; the next statement meets that. */
function isLostConnection(error: unknown): boolean {
  const message = error instanceof Error ? error.message : '';
  return error instanceof QueryRunnerAlreadyReleasedError || LOST_CONNECTION.test(message);
}
