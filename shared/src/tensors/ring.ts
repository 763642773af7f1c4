/**
 * Vectors over the ring Z_2^32, in which updates travel and are summed. On the wire: four bytes a parameter, little-endian.
 * Every loop goes through DataView, which is as fast as a typed array here and needs neither alignment nor a byte order.
 */
import { ConsiliumError } from '../vocabulary/index.js';

export const BYTES_PER_WORD = 4;

/**
 * Adds a whole encoded vector to a sum, modulo 2^32.
 * @throws ConsiliumError 'bad-update' unless the bytes hold as many words as the sum
 */
export function ringAdd(into: Uint32Array, bytes: Uint8Array): void {
  requireWords(bytes, into.length);
  ringAddAt(into, bytes, 0);
}

/**
 * Adds a piece of an encoded vector to a sum, modulo 2^32. Addition is linear, so the bytes of a word that two pieces share
 * are added apart, each shifted to its place: pieces may be cut anywhere and come in any order.
 * @param offset where in the encoded vector the piece begins, in bytes
 * @throws ConsiliumError 'bad-update' when the piece lies outside the vector
 */
export function ringAddAt(into: Uint32Array, bytes: Uint8Array, offset: number): void {
  const end = offset + bytes.length;
  if (!Number.isSafeInteger(offset) || offset < 0 || end > into.length * BYTES_PER_WORD) {
    throw new ConsiliumError('bad-update', 'a piece of an update lies outside the vector', {
      detail: { offset, bytes: bytes.length, expectedBytes: into.length * BYTES_PER_WORD },
    });
  }
  const head = Math.min(
    (BYTES_PER_WORD - (offset % BYTES_PER_WORD)) % BYTES_PER_WORD,
    bytes.length,
  );
  const words = (bytes.length - head) >>> 2;
  const tail = head + words * BYTES_PER_WORD;
  addBytes(into, bytes.subarray(0, head), offset);
  addWords(into.subarray((offset + head) / BYTES_PER_WORD), bytes.subarray(head, tail));
  addBytes(into, bytes.subarray(tail), offset + tail);
}

/** The bytes of a vector as an update's plaintext. */
export function encodeVector(vector: Uint32Array): Uint8Array {
  const bytes = new Uint8Array(vector.length * BYTES_PER_WORD);
  const view = new DataView(bytes.buffer);
  for (let i = 0, at = 0; i < vector.length; i += 1, at += BYTES_PER_WORD) {
    view.setUint32(at, vector[i] as number, true);
  }
  return bytes;
}

/** @throws ConsiliumError 'bad-update' unless the bytes are whole words, and `words` of them where given */
export function decodeVector(
  bytes: Uint8Array,
  words = bytes.length / BYTES_PER_WORD,
): Uint32Array {
  requireWords(bytes, words);
  const vector = new Uint32Array(words);
  addWords(vector, bytes);
  return vector;
}

function addWords(into: Uint32Array, bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const words = bytes.byteLength >>> 2;
  for (let i = 0, at = 0; i < words; i += 1, at += BYTES_PER_WORD) {
    into[i] = (into[i] as number) + view.getUint32(at, true);
  }
}

function addBytes(into: Uint32Array, bytes: Uint8Array, offset: number): void {
  for (let i = 0; i < bytes.length; i += 1) {
    const at = offset + i;
    const word = Math.floor(at / BYTES_PER_WORD);
    const value = (bytes[i] as number) * 2 ** (8 * (at % BYTES_PER_WORD));
    into[word] = (into[word] as number) + value;
  }
}

function requireWords(bytes: Uint8Array, words: number): void {
  if (bytes.length !== words * BYTES_PER_WORD || !Number.isInteger(words)) {
    throw new ConsiliumError('bad-update', 'an update does not have the length of its schema', {
      detail: { bytes: bytes.length, expectedBytes: words * BYTES_PER_WORD },
    });
  }
}
