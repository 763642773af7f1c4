/** HKDF with SHA-256, RFC 5869. */
import { hkdfSha256 } from '#primitives';
import { utf8 } from '../encoding/index.js';

/**
 * Derives a key for one purpose.
 * @param key input keying material, of any length.
 * @param salt binds the key to its circumstances; may be empty.
 * @param info names the purpose; at most 1024 bytes.
 * @param length bytes wanted, at most 255 x 32.
 */
export function hkdf(
  key: Uint8Array,
  salt: Uint8Array,
  info: string | Uint8Array,
  length: number,
): Uint8Array {
  return hkdfSha256(key, salt, typeof info === 'string' ? utf8(info) : info, length);
}
