/**
 * Opens a restored database before anybody else does: checks the log against everything known about it, and writes down, as its next
 * leaf, that it was restored. The first checkpoint that the coordinator signs then says so.
 */
import { equalBytes } from '@consilium/shared/encoding';
import type { NoteKey } from '@consilium/shared/log';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { AuditService } from '../audit/audit.service.js';
import { LogRepository } from '../audit/log.repository.js';
import { checkLog } from '../audit/self-check.js';
import { readSignedCheckpoint, type SignedCheckpoint } from '../audit/signed-memory.js';
import type { DatabaseLocation } from '../database/data-source.js';
import { Database } from '../database/database.js';
import type { Tables } from '../database/tables.js';
import type { Reader, Transaction } from '../database/transaction.js';
import type { Clock } from '../platform/clock.js';
import { Metrics } from '../platform/metrics.js';
import { TimerRepository } from '../platform/timers/timer.repository.js';
import { giveUpOpenAttempts } from '../rounds/restored-attempts.js';
import type { BackupManifest } from './backup-manifest.js';

/** More messages than any coordinator sends after a backup. */
const SKIPPED_NUMBERS = 1_000_000_000;

export interface RestoredLog {
  /** How many leaves the log had in the backup; the next one says that it was restored. */
  readonly leaves: number;
  /** Attempts that were open; the first start ends them. */
  readonly givenUp: number;
}

export interface Expected {
  readonly manifest: BackupManifest;
  readonly noteKey: NoteKey;
  /** The newest one when the backup was made. */
  readonly remembered: SignedCheckpoint;
  /** What others hold, by where it came from. */
  readonly others: ReadonlyMap<string, string>;
}

/** @throws ConsiliumError 'log-rollback' | 'log-inconsistent' when the log does not hold or somebody holds a newer checkpoint */
export async function announceRestored(
  target: {
    readonly location: DatabaseLocation;
    readonly tables: readonly Tables[];
    readonly clock: Clock;
  },
  expected: Expected,
): Promise<RestoredLog> {
  const { location, tables, clock } = target;
  const { manifest } = expected;
  const database = await Database.open({ location, tables });
  try {
    await database.read((reader) => requireLog(reader, expected));
    const audit = new AuditService(new LogRepository(), clock, new Metrics());
    const givenUp = await database.transaction(async (tx) => {
      const { leaves, madeAtMs } = manifest;
      await audit.append(tx, { type: 'backup.restored', leaves, madeAtMs });
      await skipMessageNumbers(tx);
      return giveUpOpenAttempts(tx, new TimerRepository(clock));
    });
    return { leaves: manifest.leaves, givenUp };
  } finally {
    await database.close();
  }
}

/** A site takes a number that it has seen for the same message: those that were sent after the backup are not used again. */
async function skipMessageNumbers(tx: Transaction): Promise<void> {
  if (tx.dialect === 'postgres') {
    const sequence = `pg_get_serial_sequence('outbox', 'id')`;
    await tx.rows.query(`SELECT setval(${sequence}, nextval(${sequence}) + ${SKIPPED_NUMBERS})`);
    return;
  }
  const [last] = await tx.rows.query<readonly { readonly seq: number }[]>(
    `SELECT seq FROM sqlite_sequence WHERE name = 'outbox'`,
  );
  await tx.rows.query(`DELETE FROM sqlite_sequence WHERE name = 'outbox'`);
  const next = (last?.seq ?? 0) + SKIPPED_NUMBERS;
  await tx.rows.query(`INSERT INTO sqlite_sequence (name, seq) VALUES ('outbox', ${next})`);
}

async function requireLog(
  reader: Reader,
  { manifest, noteKey: key, remembered, others }: Expected,
): Promise<void> {
  const log = new LogRepository();
  const head = await checkLog(reader, { log, key, remembered });
  if (head.size !== manifest.leaves) {
    const message = `the log has ${head.size} leaves, and its backup says ${manifest.leaves}`;
    throw new ConsiliumError('log-inconsistent', message);
  }
  for (const [place, note] of others) {
    await requireBeginning(reader, log, place, readSignedCheckpoint(note, key));
  }
}

/** A checkpoint that somebody holds must be of what was restored. The roots beside the leaves were checked just now. */
async function requireBeginning(
  reader: Reader,
  log: LogRepository,
  place: string,
  { size, root }: SignedCheckpoint,
): Promise<void> {
  const [last] = await log.leaves(reader, size - 1, 1);
  if (last === undefined || !equalBytes(last.root, root)) {
    const message = `the checkpoint of ${place} is of another history than the backup`;
    throw new ConsiliumError('log-inconsistent', message, { detail: { size } });
  }
}
