/**
 * Public keys that would let anybody sign or read, refused where a key enters (enrolment, advert): points of small order on
 * Ed25519 and X25519, and encodings of y beyond the field prime, by which one point gets two names (RFC 8032 section 5.1.3).
 */
import nacl from 'tweetnacl';
import { equalBytes, fromHex, requireBytes } from '../encoding/index.js';
import { ConsiliumError } from '../vocabulary/index.js';

/**
 * The y-coordinates of the eight points whose order divides 8, little endian: 1, -1, 0 (twice, x = +-sqrt(-1)), and the two of
 * order 8, each with two signs of x.
 */
const SMALL_ORDER_Y: readonly Uint8Array[] = [
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0000000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
].map(fromHex);

/** Clamping makes every X25519 scalar a multiple of 8, so any scalar takes exactly the points of small order to zero. */
const PROBE = new Uint8Array(32);

/** @throws ConsiliumError 'weak-key' for an Ed25519 key of small order or of non-canonical encoding; 'bad-encoding' on length. */
export function checkSigningPublicKey(publicKey: Uint8Array): void {
  if (isWeakSigningKey(requireBytes(publicKey, 32, 'signing key'))) {
    throw new ConsiliumError('weak-key', 'signing key: a point of small order or no canonical one');
  }
}

/** @throws ConsiliumError 'weak-key' for an X25519 key of small order; 'bad-encoding' on length. */
export function checkBoxPublicKey(publicKey: Uint8Array): void {
  const shared = nacl.scalarMult(PROBE, requireBytes(publicKey, 32, 'box key'));
  if (isZero(shared)) {
    throw new ConsiliumError('weak-key', 'box key: a point of small order');
  }
}

/** @param publicKey 32 bytes. */
export function isWeakSigningKey(publicKey: Uint8Array): boolean {
  // Not `slice`: of a Buffer it would be the key's own memory, and the next line would change the key.
  const y = Uint8Array.from(publicKey);
  y[31] = (publicKey[31] as number) & 0x7f;
  return !isBelowPrime(y) || SMALL_ORDER_Y.some((weak) => equalBytes(weak, y));
}

export function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

/** Whether the little-endian number is less than p = 2^255 - 19, whose bytes are ed, 30 times ff, 7f. */
function isBelowPrime(y: Uint8Array): boolean {
  const isTop = y[31] === 0x7f && y.subarray(1, 31).every((byte) => byte === 0xff);
  return !isTop || (y[0] as number) < 0xed;
}
