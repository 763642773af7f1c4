/** The last frame of a backup: what is in it, by hash, and which log it carries on. docs/operations.md. */
import { z } from 'zod';
import { contentHashSchema, countSchema, positiveSchema } from '@consilium/shared/protocol';
import type { ContentHash } from '@consilium/shared/vocabulary';

export const DATABASE_FILE = 'database';
export const CHECKPOINT_FILE = 'log-checkpoint';
const KEYS = 'keys/';
const BLOBS = 'blobs/';

/** `keys/identity.key` and so on. */
export const keyFileName = (name: string): string => `${KEYS}${name}`;

/** `blobs/` and the 64 hex digits of its hash. */
export const blobFileName = (hash: ContentHash): string =>
  `${BLOBS}${hash.slice('sha256:'.length)}`;

/** Undefined for a file that is no blob. */
export function blobOfFile(name: string): string | undefined {
  return name.startsWith(BLOBS) ? `sha256:${name.slice(BLOBS.length)}` : undefined;
}

const fileSchema = z.strictObject({
  name: z.string().regex(/^(database|log-checkpoint|keys\/[a-z]+\.key|blobs\/[0-9a-f]{64})$/),
  bytes: countSchema,
  hash: contentHashSchema,
});
export type BackedUpFile = z.infer<typeof fileSchema>;

export const manifestSchema = z.strictObject({
  v: z.literal(1),
  madeAtMs: countSchema,
  software: z.string().min(1).max(64),
  driver: z.enum(['sqlite', 'postgres']),
  /** The newest migration of its tables. */
  migration: z.string().min(1).max(200),
  logOrigin: z.string().min(1).max(255),
  /** How many leaves the log has. */
  leaves: positiveSchema,
  /** In the order in which they stand in the backup. */
  files: z.array(fileSchema),
});
export type BackupManifest = z.infer<typeof manifestSchema>;
