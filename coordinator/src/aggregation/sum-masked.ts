/**
 * Adds up masked updates as they came. Nothing here reads an update: each is uniformly random by itself, and only the sum of all
 * loses its masks. docs/protocol/v1.md section 4.1.
 */
import { createContentHash } from '@consilium/shared/crypto';
import type { UpdateHeader } from '@consilium/shared/protocol';
import { ringAddAt } from '@consilium/shared/tensors';
import { ConsiliumError } from '@consilium/shared/vocabulary';

export interface MaskedUpdate {
  readonly header: UpdateHeader;
  readonly chunk: (index: number) => Promise<Uint8Array>;
  /** Gets the whole vector, 4 bytes a word, once it is known to be the one of the header. The bytes are used again afterwards. */
  readonly keep: (vector: Uint8Array) => Promise<void>;
}

/**
 * The sum modulo 2^32, in memory that threads can share. Holds one vector beside the sum, however many sites.
 * @param words of each vector
 * @throws ConsiliumError 'internal' when a vector is no longer the one that was accepted
 */
export async function sumMasked(
  updates: readonly MaskedUpdate[],
  words: number,
): Promise<Uint32Array> {
  const bytes = words * Uint32Array.BYTES_PER_ELEMENT;
  const sum = new Uint32Array(new SharedArrayBuffer(bytes));
  const vector = new Uint8Array(bytes);
  for (const update of updates) {
    await readVector(update, vector);
    await addInSteps(sum, vector);
    await update.keep(vector);
  }
  return sum;
}

async function readVector({ header, chunk }: MaskedUpdate, into: Uint8Array): Promise<void> {
  const hash = createContentHash();
  let offset = 0;
  for (let index = 0; index < header.chunkCount; index += 1) {
    const piece = await chunk(index);
    if (offset + piece.length > into.length) {
      break;
    }
    hash.update(piece);
    into.set(piece, offset);
    offset += piece.length;
  }
  if (offset !== into.length || hash.digest() !== header.vectorHash) {
    throw new ConsiliumError('internal', `the update of ${header.siteId} changed on disk`);
  }
}

/** About a millisecond each. */
const STEP_BYTES = 4 * 1024 * 1024;

/** Lets sockets and timers have their turn between two steps. */
async function addInSteps(sum: Uint32Array, vector: Uint8Array): Promise<void> {
  for (let offset = 0; offset < vector.length; offset += STEP_BYTES) {
    ringAddAt(sum, vector.subarray(offset, offset + STEP_BYTES), offset);
    await breath();
  }
}

function breath(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
