/**
 * Adding masks to vectors over Z_2^32. A mask is the AES-256-CTR stream of its seed as little-endian words, so any range of it can
 * be made alone and worker threads can share a vector.
 */
import { createKeyStream, KEY_STREAM_PIECE, type KeyStream } from '../crypto/index.js';
import { ConsiliumError } from '../vocabulary/index.js';

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
/** Masks that one pass over a piece adds, so that the sum is loaded and stored once for all of them. */
const PASS = 4;
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
 * @throws ConsiliumError 'bad-encoding' unless every seed has 32 bytes, 'internal' on a machine whose words are big-endian
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
  const groups = groupsOf(masks, from);
  // Signed words: sums of 32-bit integers stay in integer registers.
  const words = new Int32Array(vector.buffer, vector.byteOffset, vector.length);
  for (let begin = from; begin < to; begin += PIECE_WORDS) {
    const piece = words.subarray(begin, Math.min(begin + PIECE_WORDS, to));
    for (const group of groups) {
      addGroup(piece, group);
    }
  }
}

/** Streams of one sign: four, which are added in one pass over the piece, or one. */
interface StreamGroup {
  readonly sign: 1 | -1;
  readonly streams: readonly KeyStream[];
}

function groupsOf(masks: readonly Mask[], from: number): readonly StreamGroup[] {
  return ([1, -1] as const).flatMap((sign) => {
    const streams = masks
      .filter((mask) => mask.sign === sign)
      .map(({ seed }) => createKeyStream(seed, from * BYTES_PER_WORD));
    const inFours = streams.length - (streams.length % PASS);
    return streams.flatMap((stream, i) => {
      if (i >= inFours) {
        return [{ sign, streams: [stream] }];
      }
      return i % PASS === 0 ? [{ sign, streams: streams.slice(i, i + PASS) }] : [];
    });
  });
}

function addGroup(into: Int32Array, { sign, streams }: StreamGroup): void {
  const [a, b, c, d] = streams.map((next) => nextWords(next, into.length));
  if (a !== undefined && b !== undefined && c !== undefined && d !== undefined) {
    addFour(into, [a, b, c, d], sign);
  } else if (a !== undefined) {
    addOne(into, a, sign);
  }
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

function addOne(into: Int32Array, mask: Int32Array, sign: 1 | -1): void {
  for (let i = 0; i < into.length; i += 1) {
    into[i] = ((into[i] as number) + Math.imul(sign, mask[i] as number)) | 0;
  }
}

type Four = readonly [Int32Array, Int32Array, Int32Array, Int32Array];

function addFour(into: Int32Array, [a, b, c, d]: Four, sign: 1 | -1): void {
  for (let i = 0; i < into.length; i += 1) {
    const left = ((a[i] as number) + (b[i] as number)) | 0;
    const right = ((c[i] as number) + (d[i] as number)) | 0;
    into[i] = ((into[i] as number) + Math.imul(sign, (left + right) | 0)) | 0;
  }
}

function nextWords(next: KeyStream, words: number): Int32Array {
  const bytes = next(words * BYTES_PER_WORD);
  return bytes.byteOffset % BYTES_PER_WORD === 0
    ? new Int32Array(bytes.buffer, bytes.byteOffset, words)
    : new Int32Array(Uint8Array.from(bytes).buffer);
}

function requireRange({ from, to }: WordRange, words: number): void {
  const isInside = Number.isSafeInteger(from) && Number.isSafeInteger(to) && from >= 0;
  if (!isInside || from > to || to > words) {
    throw new RangeError(`words ${from} to ${to} do not lie in a vector of ${words}`);
  }
}
