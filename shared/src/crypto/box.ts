/** Secrets between two key pairs: X25519 (RFC 7748) and NaCl's box (X25519, XSalsa20, Poly1305) by tweetnacl. */
import nacl from 'tweetnacl';
import { fromBase64, requireBytes, toBase64 } from '../encoding/index.js';
import { ConsiliumError } from '../vocabulary/index.js';
import { isZero } from './key-checks.js';
import { randomBytes } from './random.js';

export interface BoxKeyPair {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** 32 bytes. */
  readonly secretKey: Uint8Array;
}

/** A type, not an interface, so that it counts as Json. */
export type SealedBox = {
  /** 24 random bytes in base64. */
  readonly nonce: string;
  /** 16 bytes of tag, then the cipher text, in base64. */
  readonly box: string;
};

export function generateBoxKeyPair(): BoxKeyPair {
  return nacl.box.keyPair();
}

/** A key pair from its stored secret half. @throws ConsiliumError 'bad-encoding' unless 32 bytes. */
export function boxKeyPairFrom(secretKey: Uint8Array): BoxKeyPair {
  return nacl.box.keyPair.fromSecretKey(requireBytes(secretKey, 32, 'box secret key'));
}

/**
 * The raw 32 bytes of X25519; derive keys from them with `hkdf`, never use them as they are.
 * @throws ConsiliumError 'weak-key' if they are all zero: the public key is of small order, so everybody knows the secret.
 */
export function sharedSecret(theirPublicKey: Uint8Array, mySecretKey: Uint8Array): Uint8Array {
  const secret = nacl.scalarMult(
    requireBytes(mySecretKey, 32, 'box secret key'),
    requireBytes(theirPublicKey, 32, 'box key'),
  );
  if (isZero(secret)) {
    throw new ConsiliumError('weak-key', 'box key: a point of small order');
  }
  return secret;
}

/** Seals a few bytes, such as a content key, under a fresh random nonce. @throws ConsiliumError 'weak-key' */
export function boxSeal(
  plain: Uint8Array,
  theirPublicKey: Uint8Array,
  mySecretKey: Uint8Array,
): SealedBox {
  const key = boxKey(theirPublicKey, mySecretKey);
  const nonce = randomBytes(nacl.box.nonceLength);
  return { nonce: toBase64(nonce), box: toBase64(nacl.box.after(plain, nonce, key)) };
}

/**
 * @param sealed attacker-controlled.
 * @throws ConsiliumError 'bad-encoding' if it is not base64 of the right length, 'bad-message' if it does not open,
 * 'weak-key'.
 */
export function boxOpen(
  sealed: SealedBox,
  theirPublicKey: Uint8Array,
  mySecretKey: Uint8Array,
): Uint8Array {
  const key = boxKey(theirPublicKey, mySecretKey);
  const nonce = requireBytes(fromBase64(sealed.nonce), nacl.box.nonceLength, 'box nonce');
  const plain = nacl.box.open.after(fromBase64(sealed.box), nonce, key);
  if (plain === null) {
    throw new ConsiliumError('bad-message', 'box: made for other keys or altered');
  }
  return plain;
}

function boxKey(theirPublicKey: Uint8Array, mySecretKey: Uint8Array): Uint8Array {
  sharedSecret(theirPublicKey, mySecretKey);
  return nacl.box.before(theirPublicKey, mySecretKey);
}
