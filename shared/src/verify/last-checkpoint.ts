/** What to keep of a bundle, to hold a later one against it. */
import type { BundleSource } from './bundle-source.js';
import { readLog } from './read-log.js';
import type { PinnedKeys } from './verify-index.js';

/** @returns the signed note of the last checkpoint. @throws ConsiliumError as readLog */
export function lastCheckpoint(source: BundleSource, pinned: PinnedKeys = {}): string {
  return readLog(source, pinned).log.checkpoints.at(-1) ?? '';
}
