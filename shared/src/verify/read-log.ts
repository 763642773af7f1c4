/** What a proof from a bundle begins with: its index, its log, and the last checkpoint, whose signature must hold. */
import { verifyBody } from '../crypto/index.js';
import { fromBase64 } from '../encoding/index.js';
import { parseCheckpoint, verifyNote, type Checkpoint } from '../log/index.js';
import {
  BUNDLE_PATHS,
  bundleLogSchema,
  signedBundleIndexSchema,
  type BundleIndex,
  type BundleLog,
} from '../protocol/index.js';
import type { BundleSource } from './bundle-source.js';
import { readDocument } from './read-document.js';
import type { PinnedKeys } from './verify-index.js';

export interface ReadLog {
  readonly index: BundleIndex;
  readonly log: BundleLog;
  /** What every inclusion proof of the bundle leads to. */
  readonly last: Checkpoint;
  /** By which the log's signatures count. */
  readonly logKey: Uint8Array;
}

/**
 * @param pinned keys to trust; without them those of the bundle are used
 * @throws ConsiliumError 'not-found', 'bad-encoding' or 'bad-message' when index or log cannot be read, 'bad-signature' or
 * 'checkpoint-invalid' when the coordinator did not sign the index, or the log not its last checkpoint
 */
export function readLog(source: BundleSource, pinned: PinnedKeys): ReadLog {
  const signed = readDocument(source, BUNDLE_PATHS.index, signedBundleIndexSchema);
  const index = signed.body;
  verifyBody('bundle', signed, pinned.coordinatorKey ?? fromBase64(index.coordinatorKey));
  const logKey = pinned.logKey ?? fromBase64(index.logKey);
  const log = readDocument(source, BUNDLE_PATHS.log, bundleLogSchema);
  const last = readCheckpoint(log.checkpoints.at(-1) ?? '', index.origin, logKey);
  return { index, log, last, logKey };
}

/** @throws ConsiliumError 'bad-signature' or 'checkpoint-invalid' */
export function readCheckpoint(note: string, origin: string, publicKey: Uint8Array): Checkpoint {
  return parseCheckpoint(verifyNote(note, { name: origin, publicKey }).body);
}
