/** A trunk cache with room for everything, under a fixed key. */
import { toBase64 } from '@consilium/shared/encoding';
import type { TrunkCache } from '../../trainer-link/messages.js';

export function trunkCacheAt(folder: string, changes: Partial<TrunkCache> = {}): TrunkCache {
  return {
    folder,
    quotaFolder: folder,
    quotaBytes: 1e9,
    precision: 'f32',
    key: toBase64(new Uint8Array(32).fill(7)),
    ...changes,
  };
}
