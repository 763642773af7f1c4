/**
 * Adding masks to vectors over Z_2^32. A mask is the AES-256-CTR stream of its seed as little-endian words, so any range of it can
 * be made alone and worker threads can share a vector.
 */
import { createWordLanes } from '#word-lanes';
import { createKeyStream, KEY_STREAM_PIECE, type KeyStream } from '../crypto/index.js';
import { ConsiliumError } from '../vocabulary/index.js';
import type { WordLanes } from './word-lanes.js';

export interface Mask {
  /** 32 bytes, of one vector in one attempt. */
  readonly seed: Uint8Array;
  /** -1 takes the mask off. */
  readonly sign: 1 | -1;
}

/** Words of a vector: `from` inclusive, `to` exclusive. */
export interface WordRange {
  readonly from: number;
  readonly to: number;
}

const BYTES_PER_WORD = 4;
const PIECE_WORDS = KEY_STREAM_PIECE / BYTES_PER_WORD;
const IS_LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** Adds or subtracts one mask in place. @throws as addMasks */
export function addMask(
  vector: Uint32Array,
  seed: Uint8Array,
  sign: 1 | -1,
  range?: WordRange,
): void {
  addMasks(vector, [{ seed, sign }], range);
}

/**
 * Adds masks in place, piece by piece, so that each piece of the vector stays in the cache for all masks.
 * @param vector the whole vector; words outside the range are neither read nor written
 * @throws ConsiliumError 'bad-encoding' unless every seed has 32 bytes, 'internal' on a machine whose words are big-endian or
 *   which has no vector instructions
 * @throws RangeError unless 0 <= from <= to <= words of the vector
 */
export function addMasks(
  vector: Uint32Array,
  masks: readonly Mask[],
  range: WordRange = { from: 0, to: vector.length },
): void {
  const { from, to } = range;
  requireRange(range, vector.length);
  requireLittleEndian(IS_LITTLE_ENDIAN);
  const bySign = ([1, -1] as const).map((sign) => ({
    sign,
    streams: streamsOf(masks, sign, from),
  }));
  const lanes = lanesOfThread();
  for (let begin = from; begin < to; begin += PIECE_WORDS) {
    const piece = bytesOf(vector.subarray(begin, Math.min(begin + PIECE_WORDS, to)));
    lanes.load(piece);
    for (const { streams, sign } of bySign) {
      lanes.add(streams, sign);
    }
    lanes.store(piece);
  }
  lanes.wipe();
}

function streamsOf(masks: readonly Mask[], sign: 1 | -1, from: number): KeyStream[] {
  return masks
    .filter((mask) => mask.sign === sign)
    .map(({ seed }) => createKeyStream(seed, from * BYTES_PER_WORD));
}

/** One for all sums of a thread, each of which is done before the next begins. */
let threadLanes: WordLanes | undefined;

function lanesOfThread(): WordLanes {
  threadLanes ??= createWordLanes(KEY_STREAM_PIECE);
  return threadLanes;
}

function bytesOf(words: Uint32Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}

/** @throws ConsiliumError 'internal' */
export function requireLittleEndian(isLittleEndian: boolean): void {
  if (!isLittleEndian) {
    throw new ConsiliumError(
      'internal',
      'secure sums are not made on a machine with big-endian words: use one with x86-64 or ARM64',
    );
  }
}

function requireRange({ from, to }: WordRange, words: number): void {
  const isInside = Number.isSafeInteger(from) && Number.isSafeInteger(to) && from >= 0;
  if (!isInside || from > to || to > words) {
    throw new RangeError(`words ${from} to ${to} do not lie in a vector of ${words}`);
  }
}
