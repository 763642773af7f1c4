/** One consistent state of the rows while the coordinator runs: what a backup is made from. */
import type { ContentHash } from '@consilium/shared/vocabulary';

export interface Snapshot {
  /** How many leaves the log has. */
  readonly leaves: number;
  /** Name of the newest migration. */
  readonly migration: string;
  /** Every content hash that any row names, those of blobs among them. */
  readonly hashes: ReadonlySet<ContentHash>;
  /** Blobs without which a study cannot go on. */
  readonly adapters: readonly ContentHash[];
  /** The database, without what no backup holds. */
  read(): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

/** As every row names a blob; PostgreSQL and JavaScript read this expression alike. */
export const HASH_EXPRESSION = 'sha256:[0-9a-f]{64}';

export const NEWEST_MIGRATION = 'SELECT name FROM migrations ORDER BY timestamp DESC LIMIT 1';
export const ADAPTER_HASHES = 'SELECT hash FROM adapter_checkpoints';
export const LOG_SIZE = 'SELECT size FROM log_head';
