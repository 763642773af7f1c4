/** How an update is cut into chunks as it travels: sealed pieces, or the masked vector's bytes as they are. docs/protocol/v1.md sections 4 and 4.1. */
import { chunkSizes } from '../crypto/index.js';
import { ConsiliumError, LIMITS } from '../vocabulary/index.js';
import type { UpdateHeader } from './round-documents.js';

export interface UpdateChunks {
  readonly total: number;
  /** Of each chunk, in bytes. */
  readonly sizes: readonly number[];
}

/**
 * The chunks of an update of this kind and size; a masked one is cut into pieces of LIMITS.chunkBytes.
 * @throws ConsiliumError 'bad-update' unless a whole number of bytes that some number of chunks holds
 */
export function updateChunks({
  payload,
  plaintextBytes,
}: Pick<UpdateHeader, 'payload' | 'plaintextBytes'>): UpdateChunks {
  switch (payload.kind) {
    case 'encrypted':
      return chunkSizes(plaintextBytes);
    case 'masked':
      return plainChunks(plaintextBytes);
  }
}

function plainChunks(bytes: number): UpdateChunks {
  if (!Number.isSafeInteger(bytes) || bytes <= 0) {
    throw new ConsiliumError('bad-update', `a masked update of ${bytes} bytes has no chunks`);
  }
  const total = Math.ceil(bytes / LIMITS.chunkBytes);
  const sizes = new Array<number>(total).fill(LIMITS.chunkBytes);
  sizes[total - 1] = bytes - (total - 1) * LIMITS.chunkBytes;
  return { total, sizes };
}
