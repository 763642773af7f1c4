/** RSASSA-PKCS1-v1_5 with SHA-256, checked (RFC 8017 section 8.2.2): for browsers, as the noble libraries have no RSA. Nothing here is secret. */
import { concatBytes, equalBytes, fromHex, toHex } from '../encoding/index.js';

/** The DigestInfo of SHA-256 before the hash (RFC 8017 section 9.2, note 1). */
const DIGEST_INFO = fromHex('3031300d060960864801650304020105000420');

/** @param hash SHA-256 of the message, 32 bytes. @param signature attacker-controlled */
export function verifyRs256(
  { n, e }: { readonly n: Uint8Array; readonly e: Uint8Array },
  hash: Uint8Array,
  signature: Uint8Array,
): boolean {
  const modulus = bigEndian(n);
  const number = bigEndian(signature);
  // No modulus of two primes is even; OpenSSL does not calculate with one.
  if (signature.length !== n.length || number >= modulus || modulus % 2n === 0n) {
    return false;
  }
  const encoded = power(number, bigEndian(e), modulus)
    .toString(16)
    .padStart(2 * n.length, '0');
  return equalBytes(fromHex(encoded), encodedHash(hash, n.length));
}

/** EMSA-PKCS1-v1_5: 00 01, ff as often as it takes, 00, DigestInfo. */
function encodedHash(hash: Uint8Array, length: number): Uint8Array {
  const padding = new Uint8Array(length - 3 - DIGEST_INFO.length - hash.length).fill(0xff);
  return concatBytes(Uint8Array.of(0, 1), padding, Uint8Array.of(0), DIGEST_INFO, hash);
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % modulus;
    if (bit === '1') {
      result = (result * base) % modulus;
    }
  }
  return result;
}

function bigEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(bytes) || '0'}`);
}

export function littleEndian(bytes: Uint8Array): bigint {
  return bigEndian(bytes.slice().reverse());
}
