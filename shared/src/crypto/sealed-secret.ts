/** Secrets at rest: AES-256-GCM under a key-encryption key, with a random 96-bit nonce (SP 800-38D section 8.2.2). */
import { concatBytes, requireBytes, utf8 } from '../encoding/index.js';
import { ConsiliumError } from '../vocabulary/index.js';
import { gcmOpen, gcmSeal, KEY_BYTES, NONCE_BYTES } from './aes-gcm.js';
import { randomBytes } from './random.js';

/**
 * @param kek 32 bytes.
 * @param purpose what the secret is and whose, so that two stored secrets cannot be exchanged for each other.
 * @returns 12 bytes of nonce, the cipher text, 16 bytes of tag.
 */
export function sealSecret(plain: Uint8Array, kek: Uint8Array, purpose = ''): Uint8Array {
  const key = requireBytes(kek, KEY_BYTES, 'key-encryption key');
  const nonce = randomBytes(NONCE_BYTES);
  return concatBytes(nonce, gcmSeal(plain, { key, nonce, associated: associatedWith(purpose) }));
}

/** @throws ConsiliumError 'secret-unreadable' under another key, for another purpose or if a byte has changed. */
export function openSecret(sealed: Uint8Array, kek: Uint8Array, purpose = ''): Uint8Array {
  const key = requireBytes(kek, KEY_BYTES, 'key-encryption key');
  const nonce = sealed.subarray(0, NONCE_BYTES);
  const associated = associatedWith(purpose);
  const plain = gcmOpen(sealed.subarray(NONCE_BYTES), { key, nonce, associated });
  if (plain === undefined) {
    throw new ConsiliumError('secret-unreadable', 'stored secret: other key, purpose or bytes');
  }
  return plain;
}

function associatedWith(purpose: string): Uint8Array {
  return utf8(`consilium/v1/sealed-secret\0${purpose}`);
}
