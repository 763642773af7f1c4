/**
 * Ed25519 (RFC 8032). Keys are made by tweetnacl and keep its 64-byte secret form (seed, then public key); the platform signs
 * and verifies, with the same bytes and much faster. tweetnacl would accept S + L for S, so a signature would have two forms.
 */
import { signEd25519, verifyEd25519 } from '#primitives';
import nacl from 'tweetnacl';
import { equalBytes, fromHex, requireBytes, toHex, utf8 } from '../encoding/index.js';
import { ConsiliumError, type KeyId } from '../vocabulary/index.js';
import { sha256 } from './hash.js';
import { isWeakSigningKey } from './key-checks.js';

export interface SigningKeyPair {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** 64 bytes: the 32-byte seed, then the public key. */
  readonly secretKey: Uint8Array;
}

/** L, the order of the base point, most significant byte first. */
const GROUP_ORDER = fromHex('1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed');

const KEY_ID_DOMAIN = utf8('consilium/v1/key\0');

export function generateSigningKeyPair(): SigningKeyPair {
  return nacl.sign.keyPair();
}

/**
 * A key pair from its stored secret half.
 * @throws ConsiliumError 'bad-encoding' on another length than 64 or if the two halves do not belong together.
 */
export function signingKeyPairFrom(secretKey: Uint8Array): SigningKeyPair {
  const seed = requireBytes(secretKey, 64, 'signing secret key').subarray(0, 32);
  const pair = nacl.sign.keyPair.fromSeed(seed);
  if (!equalBytes(pair.secretKey, secretKey)) {
    throw new ConsiliumError(
      'bad-encoding',
      'signing secret key: its halves do not belong together',
    );
  }
  return pair;
}

/** The short name of a key: the first 8 bytes of a domain-separated SHA-256, in hex. */
export function keyIdOf(publicKey: Uint8Array): KeyId {
  const hash = sha256(KEY_ID_DOMAIN, requireBytes(publicKey, 32, 'signing key'));
  return toHex(hash.subarray(0, 8)) as KeyId;
}

/** @returns the 64-byte signature. */
export function signDetached(message: Uint8Array, secretKey: Uint8Array): Uint8Array {
  requireBytes(secretKey, 64, 'signing secret key');
  return signEd25519(message, secretKey);
}

/**
 * Whether the signature is the one canonical signature of the message by the key. A wrong length of the signature, S >= L and
 * a weak key all give false.
 * @throws ConsiliumError 'bad-encoding' unless the public key has 32 bytes.
 */
export function verifyDetached(
  message: Uint8Array,
  signature: Uint8Array,
  publicKey: Uint8Array,
): boolean {
  requireBytes(publicKey, 32, 'signing key');
  if (signature.length !== 64 || !isReduced(signature) || isWeakSigningKey(publicKey)) {
    return false;
  }
  return verifyEd25519(message, signature, publicKey);
}

/** Whether S, the second half in little endian, is below L (RFC 8032 section 5.1.7); not every library checks. */
function isReduced(signature: Uint8Array): boolean {
  for (let i = 0; i < 32; i += 1) {
    const difference = (signature[63 - i] as number) - (GROUP_ORDER[i] as number);
    if (difference !== 0) {
      return difference < 0;
    }
  }
  return false;
}
