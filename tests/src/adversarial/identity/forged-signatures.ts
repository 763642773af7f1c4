/** Signatures and keys that a careless verifier takes: RFC 8032 section 5.1.7 asks for S < L, and points of small order sign anything. */
import { keyIdOf, type Signed } from '@consilium/shared/crypto';
import { fromBase64, fromHex, toBase64 } from '@consilium/shared/encoding';

/** L, the order of the base point of edwards25519. */
const ORDER = 2n ** 252n + 27_742_317_777_372_353_535_851_937_790_883_648_493n;

/** The same signature in its other form: S + L in place of S. @param signature 64 bytes in base64. */
export function malleated(signature: string): string {
  const bytes = fromBase64(signature);
  const scalar = bytes.subarray(32).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const other = Uint8Array.from(bytes);
  let rest = scalar + ORDER;
  for (let i = 32; i < 64; i += 1) {
    other[i] = Number(rest & 255n);
    rest >>= 8n;
  }
  return toBase64(other);
}

/** Points of small order: the identity, one of order 2, one of order 4, one of order 8. */
export const SMALL_ORDER_KEYS = [
  `01${'00'.repeat(31)}`,
  `ec${'ff'.repeat(30)}7f`,
  '00'.repeat(32),
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
].map((hex) => toBase64(fromHex(hex)));

/** The base point and the scalar 1: under the identity point as key it is a signature of every message, for whoever checks S B = R + k A alone. */
const FORGED = `58${'66'.repeat(31)}01${'00'.repeat(31)}`;

/** A document that nobody signed, under a key of small order. */
export function forgedUnder<T>(publicKey: string, body: T): Signed<T> {
  const keyId = keyIdOf(fromBase64(publicKey));
  return { body, keyId, signature: toBase64(fromHex(FORGED)) };
}
