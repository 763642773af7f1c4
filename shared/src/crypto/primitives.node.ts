/** The primitives of primitives.ts by node:crypto, which is OpenSSL: what programs run on. */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  hkdfSync,
  sign,
  verify,
  randomBytes as systemRandomBytes,
  type JsonWebKey,
} from 'node:crypto';
import { toBytes } from './buffers.js';
import type { GcmKey, PasskeyKey, Sha256Stream } from './primitives.js';

const GCM = 'aes-256-gcm';
const TAG_BYTES = 16;
const GCM_OPTIONS = { authTagLength: TAG_BYTES } as const;
const BLOCK_BYTES = 16;
/** What is encrypted, so that the cipher text is the stream itself. */
const ZEROS = new Uint8Array(64 * 1024);

export function createSha256(): Sha256Stream {
  const hash = createHash('sha256');
  return {
    update: (bytes) => {
      hash.update(bytes);
    },
    digest: () => toBytes(hash.digest()),
  };
}

export function hkdfSha256(
  key: Uint8Array,
  salt: Uint8Array,
  info: Uint8Array,
  length: number,
): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', key, salt, info, length));
}

export function aesCtrStream(key: Uint8Array, firstBlock: bigint): (bytes: number) => Uint8Array {
  const counter = new Uint8Array(BLOCK_BYTES);
  new DataView(counter.buffer).setBigUint64(8, firstBlock);
  const cipher = createCipheriv('aes-256-ctr', key, counter);
  return (bytes) => cipher.update(ZEROS.subarray(0, bytes));
}

export function gcmSeal(plain: Uint8Array, { key, nonce, associated }: GcmKey): Uint8Array {
  const cipher = createCipheriv(GCM, key, nonce, GCM_OPTIONS);
  cipher.setAAD(associated);
  const sealed = Buffer.allocUnsafeSlow(plain.length + TAG_BYTES);
  sealed.set(cipher.update(plain));
  cipher.final();
  sealed.set(cipher.getAuthTag(), plain.length);
  return toBytes(sealed);
}

export function gcmOpen(
  sealed: Uint8Array,
  { key, nonce, associated }: GcmKey,
): Uint8Array | undefined {
  const length = sealed.length - TAG_BYTES;
  const decipher = createDecipheriv(GCM, key, nonce, GCM_OPTIONS);
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

/** Keys go in as JSON Web Keys (RFC 8037): OpenSSL 3 takes six times longer to import DER than to sign. */
export function signEd25519(message: Uint8Array, secretKey: Uint8Array): Uint8Array {
  const d = base64Url(secretKey.subarray(0, 32));
  const x = base64Url(secretKey.subarray(32));
  const key = { kty: 'OKP', crv: 'Ed25519', d, x } as const;
  return toBytes(sign(null, message, createPrivateKey({ key, format: 'jwk' })));
}

export function verifyEd25519(
  message: Uint8Array,
  signature: Uint8Array,
  publicKey: Uint8Array,
): boolean {
  const key = { kty: 'OKP', crv: 'Ed25519', x: base64Url(publicKey) } as const;
  return verify(null, message, createPublicKey({ key, format: 'jwk' }), signature);
}

/** Keys go in as JSON Web Keys (RFC 8037), the fastest form to import; of a private one Node reads `d` alone. */
export function x25519(
  theirPublicKey: Uint8Array,
  mySecretKey: Uint8Array,
): Uint8Array | undefined {
  const okp = { kty: 'OKP', crv: 'X25519', x: base64Url(theirPublicKey) } as const;
  const d = base64Url(mySecretKey);
  const privateKey = createPrivateKey({ key: { ...okp, d }, format: 'jwk' });
  const publicKey = createPublicKey({ key: okp, format: 'jwk' });
  try {
    return toBytes(diffieHellman({ privateKey, publicKey }));
  } catch {
    // OpenSSL refuses what is all zero (RFC 7748 section 6.1), and nothing else of two keys of the right length.
    return undefined;
  }
}

export function isPasskeyKey(key: PasskeyKey): boolean {
  try {
    createPublicKey({ key: webKeyOf(key), format: 'jwk' });
    return true;
  } catch {
    return false; // no key has these numbers: all that OpenSSL has to say
  }
}

export function verifyPasskey(
  key: PasskeyKey,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  return verify('sha256', message, { key: webKeyOf(key), format: 'jwk' }, signature);
}

export function randomBytes(length: number): Uint8Array {
  return toBytes(systemRandomBytes(length));
}

/** RFC 7518 section 6. */
function webKeyOf(key: PasskeyKey): JsonWebKey {
  return key.algorithm === 'ES256'
    ? { kty: 'EC', crv: 'P-256', x: base64Url(key.x), y: base64Url(key.y) }
    : { kty: 'RSA', n: base64Url(key.n), e: base64Url(key.e) };
}

/** Faster than that of encoding/, which counts where each signature imports its key. */
function base64Url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}
