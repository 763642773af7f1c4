/**
 * Secrets between two key pairs: X25519 (RFC 7748) and NaCl's box (X25519, HSalsa20, XSalsa20, Poly1305). tweetnacl makes the keys
 * and the box; the platform multiplies, with the same bytes and several times faster, which counts where every site of a secure
 * sum has a secret with every other one.
 */
import { x25519 } from '#primitives';
import nacl from 'tweetnacl';
import { fromBase64, requireBytes, toBase64, utf8 } from '../encoding/index.js';
import { ConsiliumError } from '../vocabulary/index.js';
import { randomBytes } from './random.js';

/** Present in tweetnacl 1.0.3 and absent from its types. */
const { lowlevel } = nacl as typeof nacl & {
  readonly lowlevel: {
    crypto_core_hsalsa20(
      into: Uint8Array,
      nonce: Uint8Array,
      key: Uint8Array,
      constant: Uint8Array,
    ): number;
  };
};

const HSALSA_NONCE = new Uint8Array(16);
/** The constant of Salsa20 with keys of 32 bytes. */
const SIGMA = utf8('expand 32-byte k');

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
  const theirs = requireBytes(theirPublicKey, 32, 'box key');
  const mine = requireBytes(mySecretKey, 32, 'box secret key');
  const secret = x25519(theirs, mine);
  if (secret === undefined) {
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

/** `crypto_box_beforenm`: HSalsa20 of the shared secret, with a nonce of zeros. */
function boxKey(theirPublicKey: Uint8Array, mySecretKey: Uint8Array): Uint8Array {
  const key = new Uint8Array(nacl.box.sharedKeyLength);
  const secret = sharedSecret(theirPublicKey, mySecretKey);
  lowlevel.crypto_core_hsalsa20(key, HSALSA_NONCE, secret, SIGMA);
  return key;
}
