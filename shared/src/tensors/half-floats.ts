/** The two 16-bit float formats of published weights, widened to the bits of float32 without rounding. */

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
