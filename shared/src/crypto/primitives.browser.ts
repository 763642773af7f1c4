/**
 * The primitives of primitives.ts by the noble libraries, without anything of a platform but its random numbers: for browsers,
 * whose own cryptography answers later and cannot be asked in the middle of a verification.
 */
import { ctr, gcm } from '@noble/ciphers/aes.js';
import { ed25519, x25519 as curve25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { concatBytes, equalBytes } from '../encoding/index.js';
import type { GcmKey, PasskeyKey, Sha256Stream } from './primitives.js';
import { littleEndian, verifyRs256 } from './rsa-signature.js';

const BLOCK_BYTES = 16n;
/** Of one call of getRandomValues (Web Cryptography section 10.1.1). */
const RANDOM_BYTES = 65_536;

/** The one thing that is asked of the platform; Node has it too, and its types lack it. */
declare const crypto: { readonly getRandomValues: (into: Uint8Array) => Uint8Array };

export function createSha256(): Sha256Stream {
  const hash = sha256.create();
  return {
    update: (bytes) => {
      hash.update(bytes);
    },
    digest: () => hash.digest(),
  };
}

export function hkdfSha256(
  key: Uint8Array,
  salt: Uint8Array,
  info: Uint8Array,
  length: number,
): Uint8Array {
  return hkdf(sha256, key, salt, info, length);
}

export function aesCtrStream(key: Uint8Array, firstBlock: bigint): (bytes: number) => Uint8Array {
  const counter = new Uint8Array(Number(BLOCK_BYTES));
  const view = new DataView(counter.buffer);
  let at = firstBlock * BLOCK_BYTES;
  return (bytes) => {
    const skipped = Number(at % BLOCK_BYTES);
    view.setBigUint64(8, at / BLOCK_BYTES);
    at += BigInt(bytes);
    return ctr(key, counter)
      .encrypt(new Uint8Array(skipped + bytes))
      .subarray(skipped);
  };
}

export function gcmSeal(plain: Uint8Array, { key, nonce, associated }: GcmKey): Uint8Array {
  return gcm(key, nonce, associated).encrypt(plain);
}

export function gcmOpen(
  sealed: Uint8Array,
  { key, nonce, associated }: GcmKey,
): Uint8Array | undefined {
  try {
    return gcm(key, nonce, associated).decrypt(sealed);
  } catch {
    return undefined; // the tag does not fit
  }
}

export function signEd25519(message: Uint8Array, secretKey: Uint8Array): Uint8Array {
  return ed25519.sign(message, secretKey.subarray(0, 32));
}

/** Not `ed25519.verify`, whose equation has the cofactor, so that some signatures would hold here and not with OpenSSL. */
export function verifyEd25519(
  message: Uint8Array,
  signature: Uint8Array,
  publicKey: Uint8Array,
): boolean {
  const { Point } = ed25519;
  const [r, s] = [signature.subarray(0, 32), littleEndian(signature.subarray(32))];
  const key = pointOf(publicKey);
  if (key === undefined) {
    return false;
  }
  const k = Point.Fn.create(littleEndian(sha512(concatBytes(r, publicKey, message))));
  const expected = Point.BASE.multiplyUnsafe(s).subtract(key.multiplyUnsafe(k));
  return equalBytes(expected.toBytes(), r);
}

export function x25519(
  theirPublicKey: Uint8Array,
  mySecretKey: Uint8Array,
): Uint8Array | undefined {
  try {
    return curve25519.getSharedSecret(mySecretKey, theirPublicKey);
  } catch {
    return undefined; // refused for being all zero
  }
}

export function isPasskeyKey(key: PasskeyKey): boolean {
  return key.algorithm === 'RS256' || p256.utils.isValidPublicKey(uncompressed(key));
}

export function verifyPasskey(
  key: PasskeyKey,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (key.algorithm === 'RS256') {
    return verifyRs256(key, sha256(message), signature);
  }
  try {
    // A signature and its twin with n - s both hold, as they do for OpenSSL and for every authenticator.
    const options = { lowS: false, format: 'der' } as const;
    return p256.verify(signature, message, uncompressed(key), options);
  } catch {
    return false; // not DER of two numbers
  }
}

export function randomBytes(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += RANDOM_BYTES) {
    crypto.getRandomValues(bytes.subarray(at, at + RANDOM_BYTES));
  }
  return bytes;
}

function pointOf(publicKey: Uint8Array): InstanceType<typeof ed25519.Point> | undefined {
  try {
    return ed25519.Point.fromBytes(publicKey);
  } catch {
    return undefined; // no point of the curve
  }
}

/** SEC 1 section 2.3.3. */
function uncompressed({ x, y }: Extract<PasskeyKey, { algorithm: 'ES256' }>): Uint8Array {
  return concatBytes(Uint8Array.of(4), x, y);
}
