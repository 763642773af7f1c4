/**
 * Signed documents. The signature covers a domain (product, version, kind of document) before the canonical bytes, so that a
 * signature over one kind can never pass for another.
 */
import {
  canonicalBytes,
  concatBytes,
  fromBase64,
  toBase64,
  utf8,
  type Json,
} from '../encoding/index.js';
import { ConsiliumError, type KeyId } from '../vocabulary/index.js';
import { keyIdOf, signDetached, verifyDetached, type SigningKeyPair } from './signing.js';

/** What kinds of document are signed. */
export type SigningDomain =
  | 'study'
  | 'roster'
  | 'manifest'
  | 'join'
  | 'advert'
  | 'update-header'
  | 'shares'
  | 'endorsement'
  | 'unmasking'
  | 'vote'
  | 'decline'
  | 'evaluation'
  | 'enrolment'
  | 'key-rotation'
  | 'withdrawal'
  | 'act'
  | 'person-key'
  | 'session'
  | 'handshake-site'
  | 'handshake-coordinator'
  | 'bundle';

/** A type, not an interface, so that it counts as Json when its body does. */
export type Signed<T> = {
  readonly body: T;
  /** Names the signing key; says nothing until the signature has been verified. */
  readonly keyId: KeyId;
  /** 64 bytes in base64. */
  readonly signature: string;
};

/** Signs `consilium/v1/<domain>`, a zero byte and the canonical bytes. @throws ConsiliumError 'bad-encoding' without such. */
export function signBody<T extends Json>(
  domain: SigningDomain,
  body: T,
  key: SigningKeyPair,
): Signed<T> {
  const signature = signDetached(signedBytes(domain, body), key.secretKey);
  return { body, keyId: keyIdOf(key.publicKey), signature: toBase64(signature) };
}

/**
 * Returns the body if the key has signed it in this domain.
 * @param signed attacker-controlled.
 * @throws ConsiliumError 'bad-signature', with one message for every reason.
 */
export function verifyBody<T extends Json>(
  domain: SigningDomain,
  signed: Signed<T>,
  publicKey: Uint8Array,
): T {
  const isSigned =
    signed.keyId === keyIdOf(publicKey) &&
    verifyDetached(
      readOrRefuse(domain, () => signedBytes(domain, signed.body)),
      readOrRefuse(domain, () => fromBase64(signed.signature)),
      publicKey,
    );
  if (!isSigned) {
    throw refuse(domain);
  }
  return signed.body;
}

function signedBytes(domain: SigningDomain, body: Json): Uint8Array {
  return concatBytes(utf8(`consilium/v1/${domain}\0`), canonicalBytes(body));
}

function readOrRefuse(domain: SigningDomain, read: () => Uint8Array): Uint8Array {
  try {
    return read();
  } catch (cause) {
    throw refuse(domain, cause);
  }
}

function refuse(domain: SigningDomain, cause?: unknown): ConsiliumError {
  return new ConsiliumError('bad-signature', `${domain}: the signature does not hold`, { cause });
}
