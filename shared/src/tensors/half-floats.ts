/** The two 16-bit float formats of published weights: widened to the bits of float32 without rounding, and binary16 back again. */

/** IEEE 754 binary16. @param words one pattern a value @param bits of as many float32 values */
export function widenFloat16(words: Uint16Array, bits: Uint32Array): void {
  const table = float16Table();
  for (let i = 0; i < words.length; i += 1) {
    bits[i] = table[words[i] as number] as number;
  }
}

/** bfloat16: the upper half of a float32. @param words one pattern a value @param bits of as many float32 values */
export function widenBfloat16(words: Uint16Array, bits: Uint32Array): void {
  for (let i = 0; i < words.length; i += 1) {
    bits[i] = (words[i] as number) << 16;
  }
}

/**
 * Rounds to the nearest IEEE 754 binary16, ties to even (IEEE 754-2019, sections 4.3.1 and 5.4.2); what lies beyond the range
 * becomes infinite.
 * @param bits of float32 values @param words one pattern a value
 */
export function narrowFloat16(bits: Uint32Array, words: Uint16Array): void {
  for (let i = 0; i < bits.length; i += 1) {
    words[i] = float16Pattern(bits[i] as number);
  }
}

/** Magnitudes as float32 bits: infinity, 2^16 and 2^-14. */
const INFINITE = 0x7f80_0000;
const BEYOND_RANGE = 0x4780_0000;
const SMALLEST_NORMAL = 0x3880_0000;
/** float32's exponent of 2^-25: half of the smallest subnormal number of binary16. */
const ROUNDED_AWAY = 102;

function float16Pattern(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fff_ffff;
  if (magnitude >= BEYOND_RANGE) {
    return sign | (magnitude > INFINITE ? 0x7e00 : 0x7c00);
  }
  if (magnitude >= SMALLEST_NORMAL) {
    // The exponent's bias is 15 instead of 127; a carry out of the fraction runs into the exponent, as it should.
    return sign | withoutLowBits(magnitude - (112 << 23), 13);
  }
  const exponent = magnitude >>> 23;
  const fraction = (magnitude & 0x7f_ffff) | 0x80_0000;
  return exponent < ROUNDED_AWAY ? sign : sign | withoutLowBits(fraction, 126 - exponent);
}

/** Divides by 2^count, to the nearest, ties to even. */
function withoutLowBits(value: number, count: number): number {
  const kept = value >>> count;
  const half = 1 << (count - 1);
  const rest = value & (2 * half - 1);
  const up = rest > half || (rest === half && kept % 2 === 1);
  return up ? kept + 1 : kept;
}

let known: Uint32Array | undefined;

/** The float32 bits of every pattern: 256 KB, made at the first use. */
function float16Table(): Uint32Array {
  known ??= Uint32Array.from({ length: 0x1_0000 }, (_, half) => float32Bits(half));
  return known;
}

function float32Bits(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) {
    const value = Float32Array.of(fraction * 2 ** -24);
    return sign | (new Uint32Array(value.buffer)[0] as number);
  }
  const widened = exponent === 31 ? 0xff : exponent + 112;
  return sign | (widened << 23) | (fraction << 13);
}
