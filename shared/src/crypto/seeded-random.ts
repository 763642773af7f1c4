/**
 * The repeatable generator behind every random choice of training and of the initial adapter: an AES-256-CTR stream keyed by
 * the SHA-256 of a seed text, so any platform draws the same numbers. Never used for keys or nonces.
 */
import { aesCtrStream } from '#primitives';
import { sha256 } from './hash.js';

const BLOCK_BYTES = 4096;
const DOMAIN = 'consilium/v1/seeded-random\0';
/** Puts a replacement character for half a surrogate pair: any text is a seed. */
const encoder = new TextEncoder();
const TWO_32 = 2 ** 32;
const TWO_53 = 2 ** 53;

export interface SeededRandom {
  /** A whole number in [0, 2^32). */
  uint32(): number;
  /** A number in [0, 1) with 53 random bits. */
  uniform(): number;
  /** A whole number in [0, bound), without bias. @throws RangeError unless 1 <= bound <= 2^32. */
  integer(bound: number): number;
  /** Shuffles a copy (Fisher and Yates, from the last element down). */
  shuffled<T>(items: readonly T[]): T[];
}

/** @param seed any text; equal texts give equal streams. */
export function seededRandom(seed: string): SeededRandom {
  const next = aesCtrStream(sha256(encoder.encode(DOMAIN), encoder.encode(seed)), 0n);
  let block: DataView = new DataView(new ArrayBuffer(0));
  let offset = 0;

  function uint32(): number {
    if (offset >= block.byteLength) {
      const bytes = next(BLOCK_BYTES);
      block = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      offset = 0;
    }
    const value = block.getUint32(offset, true);
    offset += 4;
    return value;
  }

  function uniform(): number {
    const high = uint32() >>> 5;
    const low = uint32() >>> 6;
    return (high * 2 ** 26 + low) / TWO_53;
  }

  function integer(bound: number): number {
    if (!Number.isInteger(bound) || bound < 1 || bound > TWO_32) {
      throw new RangeError(`bound must be a whole number from 1 to 2^32, got ${bound}`);
    }
    const limit = TWO_32 - (TWO_32 % bound);
    let value = uint32();
    while (value >= limit) {
      value = uint32();
    }
    return value % bound;
  }

  function shuffled<T>(items: readonly T[]): T[] {
    const copy = [...items];
    for (let i = copy.length - 1; i > 0; i -= 1) {
      const j = integer(i + 1);
      const kept = copy[i] as T;
      copy[i] = copy[j] as T;
      copy[j] = kept;
    }
    return copy;
  }

  return { uint32, uniform, integer, shuffled };
}
