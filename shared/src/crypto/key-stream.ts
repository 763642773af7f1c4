/**
 * The key stream of AES-256 in counter mode (NIST SP 800-38A section 6.5), from any place on: what the masks of a secure sum are
 * made of. One key makes one stream, whose first counter block is zero.
 */
import { aesCtrStream } from '#primitives';
import { requireBytes } from '../encoding/index.js';

const KEY_BYTES = 32;
const BLOCK_BYTES = 16;
/** The most bytes that one call gives. */
export const KEY_STREAM_PIECE = 64 * 1024;

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
  const stream = aesCtrStream(key, BigInt(Math.floor(begin / BLOCK_BYTES)));
  stream(begin % BLOCK_BYTES);
  return stream;
}
