/** The two 16-bit float formats of published weights, widened to float32 without rounding. */

/** IEEE 754 binary16, little-endian. */
export function decodeFloat16(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float32Array(bytes.byteLength >>> 1);
  const bits = new Uint32Array(values.buffer);
  for (let i = 0; i < values.length; i += 1) {
    const half = view.getUint16(2 * i, true);
    const sign = (half & 0x8000) << 16;
    const exponent = (half >>> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 0) {
      values[i] = (sign < 0 ? -fraction : fraction) * 2 ** -24;
    } else if (exponent === 31) {
      bits[i] = sign | 0x7f800000 | (fraction << 13);
    } else {
      bits[i] = sign | ((exponent + 112) << 23) | (fraction << 13);
    }
  }
  return values;
}

/** bfloat16, little-endian: the upper half of a float32. */
export function decodeBfloat16(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float32Array(bytes.byteLength >>> 1);
  const bits = new Uint32Array(values.buffer);
  for (let i = 0; i < values.length; i += 1) {
    bits[i] = view.getUint16(2 * i, true) << 16;
  }
  return values;
}
