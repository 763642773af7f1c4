/** A key as people read it to each other over the telephone: the first 16 bytes of its hash in eight groups of four digits. */
import { sha256 } from '@consilium/shared/crypto';
import { concatBytes, requireBytes, toHex, utf8 } from '@consilium/shared/encoding';

const DOMAIN = utf8('consilium/v1/fingerprint\0');
const GROUP = 4;
const BYTES = 16;

/** @param publicKey 32 bytes. @returns such as `1f3c 9a07 …`: 128 bits, beyond the reach of a search for a second key. */
export function fingerprintOf(publicKey: Uint8Array): string {
  const hash = sha256(concatBytes(DOMAIN, requireBytes(publicKey, 32, 'public key')));
  const digits = toHex(hash.subarray(0, BYTES));
  return Array.from({ length: digits.length / GROUP }, (_, i) =>
    digits.slice(i * GROUP, (i + 1) * GROUP),
  ).join(' ');
}
