/** Node's Buffer stays inside this folder: its `slice` aliases where that of Uint8Array copies. */

/** The same memory as a plain Uint8Array. */
export function toBytes(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
