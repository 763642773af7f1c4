/**
 * The key stream of AES-256 in counter mode (NIST SP 800-38A section 6.5), from any place on: what the masks of a secure sum are
 * made of. One key makes one stream, whose first counter block is zero.
 */
import { createCipheriv } from 'node:crypto';
import { requireBytes } from '../encoding/index.js';

const KEY_BYTES = 32;
const BLOCK_BYTES = 16;
/** What is encrypted, so that the cipher text is the stream itself. */
const ZEROS = new Uint8Array(64 * 1024);

/** The most bytes that one call gives. */
export const KEY_STREAM_PIECE = ZEROS.length;

/** @returns the next bytes of the stream, at most KEY_STREAM_PIECE. */
export type KeyStream = (bytes: number) => Uint8Array;

/**
 * @param key 32 bytes
 * @param begin where in the stream the first piece begins, in bytes
 * @throws ConsiliumError 'bad-encoding' on another length of the key
 * @throws RangeError unless begin is a whole number of bytes
 */
export function createKeyStream(key: Uint8Array, begin = 0): KeyStream {
  requireBytes(key, KEY_BYTES, 'key of a key stream');
  if (!Number.isSafeInteger(begin) || begin < 0) {
    throw new RangeError(`a key stream begins at a whole number of bytes, got ${begin}`);
  }
  const counter = new Uint8Array(BLOCK_BYTES);
  new DataView(counter.buffer).setBigUint64(8, BigInt(Math.floor(begin / BLOCK_BYTES)));
  const cipher = createCipheriv('aes-256-ctr', key, counter);
  cipher.update(ZEROS.subarray(0, begin % BLOCK_BYTES));
  return (bytes) => cipher.update(ZEROS.subarray(0, bytes));
}
