/**
 * Floats from and to the little-endian bytes of files. Bits, not numbers, are moved: a float register may alter the bits of a
 * NaN. On a little-endian machine aligned bytes are used where they lie; a weight file of gigabytes passes here.
 */
import { narrowFloat16, widenBfloat16, widenFloat16 } from './half-floats.js';

/** The dtypes that are read as numbers. */
export type FloatDtype = 'F32' | 'F16' | 'BF16';

const FLOAT_BYTES: Readonly<Record<FloatDtype, number>> = { F32: 4, F16: 2, BF16: 2 };

const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

export function isFloatDtype(dtype: string): dtype is FloatDtype {
  return Object.hasOwn(FLOAT_BYTES, dtype);
}

/** Bytes of one value in a file. */
export function floatBytes(dtype: FloatDtype): number {
  return FLOAT_BYTES[dtype];
}

/**
 * Widens values of a file to float32, without rounding.
 * @param bytes little-endian, at any alignment
 * @param target as many values as `bytes` holds
 * @throws RangeError when `bytes` does not fill `target`
 */
export function widenFloats(dtype: FloatDtype, bytes: Uint8Array, target: Float32Array): void {
  if (bytes.length !== target.length * FLOAT_BYTES[dtype]) {
    throw new RangeError(`${bytes.length} bytes are not ${target.length} values of ${dtype}`);
  }
  const bits = new Uint32Array(target.buffer, target.byteOffset, target.length);
  switch (dtype) {
    case 'F32':
      return bits.set(words32(bytes));
    case 'F16':
      return widenFloat16(words16(bytes), bits);
    case 'BF16':
      return widenBfloat16(words16(bytes), bits);
  }
}

/** The bytes of float32 values, little-endian: a view of them where the machine is little-endian, else a copy. */
export function float32Bytes(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return LITTLE_ENDIAN ? bytes : swapBytes(bytes, FLOAT_BYTES.F32);
}

/** The bytes of the binary16 numbers that are nearest to float32 values, little-endian; infinite beyond the range. */
export function float16Bytes(values: Float32Array): Uint8Array {
  const words = new Uint16Array(values.length);
  narrowFloat16(new Uint32Array(values.buffer, values.byteOffset, values.length), words);
  const bytes = new Uint8Array(words.buffer);
  return LITTLE_ENDIAN ? bytes : swapBytes(bytes, FLOAT_BYTES.F16);
}

/** A copy with the bytes of every value of `width` bytes in reverse. */
export function swapBytes(bytes: Uint8Array, width: number): Uint8Array {
  return Uint8Array.from(bytes, (_, i) => bytes[i - 2 * (i % width) + width - 1] as number);
}

function words16(bytes: Uint8Array): Uint16Array {
  const { buffer, byteOffset, length } = inHostOrder(bytes, 2);
  return new Uint16Array(buffer, byteOffset, length / 2);
}

function words32(bytes: Uint8Array): Uint32Array {
  const { buffer, byteOffset, length } = inHostOrder(bytes, 4);
  return new Uint32Array(buffer, byteOffset, length / 4);
}

function inHostOrder(bytes: Uint8Array, width: number): Uint8Array {
  if (!LITTLE_ENDIAN) {
    return swapBytes(bytes, width);
  }
  return bytes.byteOffset % width === 0 ? bytes : Uint8Array.from(bytes);
}
