/**
 * What this folder needs of a platform, and its one door to it: `#primitives` is primitives.node.ts, on OpenSSL, or under the
 * condition `browser` primitives.browser.ts, on the noble libraries (package.json, `imports`). Both give the same bytes and the
 * same answers; lengths are checked by their callers.
 */

export interface Sha256Stream {
  update(bytes: Uint8Array): void;
  /** Ends the hash. @returns 32 bytes, not shared with anything */
  digest(): Uint8Array;
}

export interface GcmKey {
  /** 32 bytes. */
  readonly key: Uint8Array;
  /** 12 bytes, never twice under one key. */
  readonly nonce: Uint8Array;
  /** Authenticated but not sent. */
  readonly associated: Uint8Array;
}

/** Of a passkey, without EdDSA, which `verifyEd25519` does. */
export type PasskeyKey =
  | { readonly algorithm: 'ES256'; readonly x: Uint8Array; readonly y: Uint8Array }
  | { readonly algorithm: 'RS256'; readonly n: Uint8Array; readonly e: Uint8Array };

export interface Primitives {
  /** FIPS 180-4. */
  readonly createSha256: () => Sha256Stream;
  /** HKDF with SHA-256 (RFC 5869): `length` bytes, at most 255 x 32. */
  readonly hkdfSha256: (
    key: Uint8Array,
    salt: Uint8Array,
    info: Uint8Array,
    length: number,
  ) => Uint8Array;
  /**
   * The key stream of AES-256-CTR (NIST SP 800-38A section 6.5) from the block of that number on; the counter is the whole block.
   * @returns what gives the next bytes, at most 64 KiB at once
   */
  readonly aesCtrStream: (key: Uint8Array, firstBlock: bigint) => (bytes: number) => Uint8Array;
  /** @returns cipher text and 16 bytes of tag. */
  readonly gcmSeal: (plain: Uint8Array, key: GcmKey) => Uint8Array;
  /** @param sealed 16 bytes at least. @returns undefined if anything about it was altered */
  readonly gcmOpen: (sealed: Uint8Array, key: GcmKey) => Uint8Array | undefined;
  /** RFC 8032. @param secretKey seed, then public key */
  readonly signEd25519: (message: Uint8Array, secretKey: Uint8Array) => Uint8Array;
  /**
   * The equation of RFC 8032 section 5.1.7 without cofactor: that [S]B - [k]A has the encoding R.
   * @param signature 64 bytes, S below L. @param publicKey of canonical encoding
   */
  readonly verifyEd25519: (
    message: Uint8Array,
    signature: Uint8Array,
    publicKey: Uint8Array,
  ) => boolean;
  /** X25519 (RFC 7748). @returns undefined where the result is all zero */
  readonly x25519: (theirPublicKey: Uint8Array, mySecretKey: Uint8Array) => Uint8Array | undefined;
  /** Whether a key has these numbers: the point is on P-256. */
  readonly isPasskeyKey: (key: PasskeyKey) => boolean;
  /** ECDSA over P-256 with SHA-256, the signature in DER; or RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 section 8.2.2). */
  readonly verifyPasskey: (key: PasskeyKey, message: Uint8Array, signature: Uint8Array) => boolean;
  /** The system's generator. */
  readonly randomBytes: (length: number) => Uint8Array;
}
