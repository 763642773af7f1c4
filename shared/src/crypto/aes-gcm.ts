/** AES-256-GCM (NIST SP 800-38D) as bytes in, bytes out: the tag follows the cipher text, as in RFC 5116. */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { toBytes } from './buffers.js';

export const TAG_BYTES = 16;
export const KEY_BYTES = 32;
export const NONCE_BYTES = 12;

const CIPHER = 'aes-256-gcm';
const OPTIONS = { authTagLength: TAG_BYTES } as const;

export interface GcmKey {
  /** 32 bytes. */
  readonly key: Uint8Array;
  /** 12 bytes, never twice under one key. */
  readonly nonce: Uint8Array;
  /** Authenticated but not sent. */
  readonly associated: Uint8Array;
}

/** @returns cipher text and 16 bytes of tag. */
export function gcmSeal(plain: Uint8Array, { key, nonce, associated }: GcmKey): Uint8Array {
  const cipher = createCipheriv(CIPHER, key, nonce, OPTIONS);
  cipher.setAAD(associated);
  const sealed = Buffer.allocUnsafeSlow(plain.length + TAG_BYTES);
  sealed.set(cipher.update(plain));
  cipher.final();
  sealed.set(cipher.getAuthTag(), plain.length);
  return toBytes(sealed);
}

/** @returns the plain text, or undefined if it is shorter than a tag or anything about it was altered. */
export function gcmOpen(
  sealed: Uint8Array,
  { key, nonce, associated }: GcmKey,
): Uint8Array | undefined {
  const length = sealed.length - TAG_BYTES;
  if (length < 0) {
    return undefined;
  }
  const decipher = createDecipheriv(CIPHER, key, nonce, OPTIONS);
  decipher.setAAD(associated);
  decipher.setAuthTag(sealed.subarray(length));
  const plain = decipher.update(sealed.subarray(0, length));
  try {
    decipher.final();
  } catch {
    return undefined; // the tag does not fit: all that OpenSSL has to say
  }
  return toBytes(plain);
}
