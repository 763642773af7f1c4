/** The system's generator: the only source of keys and nonces. */
import { randomBytes as systemRandomBytes } from '#primitives';

/** @param length bytes, from 0 to 2^31 - 1. */
export function randomBytes(length: number): Uint8Array {
  return systemRandomBytes(length);
}
