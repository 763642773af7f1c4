/** AES-256-GCM (NIST SP 800-38D) as bytes in, bytes out: the tag follows the cipher text, as in RFC 5116. */
import { gcmOpen as openWithTag } from '#primitives';
import type { GcmKey } from './primitives.js';

export { gcmSeal } from '#primitives';
export type { GcmKey } from './primitives.js';

export const TAG_BYTES = 16;
export const KEY_BYTES = 32;
export const NONCE_BYTES = 12;

/** @returns the plain text, or undefined if it is shorter than a tag or anything about it was altered. */
export function gcmOpen(sealed: Uint8Array, key: GcmKey): Uint8Array | undefined {
  return sealed.length < TAG_BYTES ? undefined : openWithTag(sealed, key);
}
