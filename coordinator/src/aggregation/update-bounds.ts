/**
 * The largest words that an honest update can hold. A single word beyond them could make the ring sum wrap around, which
 * would turn a large positive mean into a large negative one; in plain mode the coordinator can look, so it does.
 */
import { decodeFloat } from '@consilium/shared/encoding';
import { fixedPointScale, shapeSize, type TensorSchema } from '@consilium/shared/tensors';

export interface Share {
  /** w of this site. */
  readonly weight: number;
  /** W of all sites that advertised. */
  readonly weightTotal: number;
  /** n, how many they are. */
  readonly sites: number;
}

/** Words [begin, end) of the vector lie within [-bound, bound]. */
export interface WordBound {
  readonly begin: number;
  readonly end: number;
  readonly bound: number;
}

/** One bound a tensor, by the arithmetic of the quantiser: rounding keeps the order, so |d| <= C gives |q| <= bound. */
export function wordBounds(schema: TensorSchema, share: Share): WordBound[] {
  let begin = 0;
  return schema.map(({ shape, range }) => {
    const largest = decodeFloat(range);
    const scale = fixedPointScale(largest, share.sites);
    const bound = Math.ceil(largest * (share.weight / share.weightTotal) * scale);
    const end = begin + shapeSize(shape);
    const words = { begin, end, bound };
    begin = end;
    return words;
  });
}

/**
 * Whether a piece of an update's plaintext stays within the bounds.
 * @param bytes whole words, little-endian
 * @param first the number of the piece's first word
 */
export function isWithin(bounds: readonly WordBound[], bytes: Uint8Array, first: number): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const words = bytes.byteLength / 4;
  for (const { begin, end, bound } of bounds) {
    const stop = Math.min(end - first, words);
    for (let i = Math.max(begin - first, 0); i < stop; i += 1) {
      if (Math.abs(view.getInt32(i * 4, true)) > bound) {
        return false;
      }
    }
  }
  return true;
}
