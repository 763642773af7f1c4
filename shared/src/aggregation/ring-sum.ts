/** The ring sum of an attempt, built from decrypted chunks as they are read: memory of one vector, however many sites. */
import { ringAddAt, schemaSize, type TensorSchema } from '../tensors/index.js';

export interface RingSum {
  /** The sum so far, one word a parameter. The accumulator's own memory: copy it to keep a state. */
  readonly vector: Uint32Array;
  /**
   * Adds a piece of one site's update; pieces may be cut anywhere, also within a word. Each byte of an update must be added
   * exactly once: an update that fails half-way has spoilt the sum, so check every chunk's tag in a first pass or start anew.
   * @param offset where in the update's plaintext the piece begins, in bytes
   * @throws ConsiliumError 'bad-update' when the piece lies outside the update; the sum is then unchanged
   */
  add(bytes: Uint8Array, offset: number): void;
}

/** A sum of zeros in the layout of the schema. */
export function createRingSum(schema: TensorSchema): RingSum {
  const vector = new Uint32Array(schemaSize(schema));
  return {
    vector,
    add: (bytes, offset) => {
      ringAddAt(vector, bytes, offset);
    },
  };
}
