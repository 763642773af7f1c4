/** SHA-256 (FIPS 180-4) and the content hashes made of it. */
import { createSha256 } from '#primitives';
import { canonicalBytes, toHex, type Json } from '../encoding/index.js';
import type { ContentHash } from '../vocabulary/index.js';

/** The 32-byte hash of the parts, one after another without any mark between them. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createSha256();
  for (const part of parts) {
    hash.update(part);
  }
  return hash.digest();
}

export function contentHash(bytes: Uint8Array): ContentHash {
  const hash = createContentHash();
  hash.update(bytes);
  return hash.digest();
}

/** The content hash of the canonical bytes. @throws ConsiliumError 'bad-encoding' if the value has none. */
export function contentHashOf(json: Json): ContentHash {
  return contentHash(canonicalBytes(json));
}

export interface ContentHasher {
  update(bytes: Uint8Array): void;
  /** Ends the hash; neither method may be called again. */
  digest(): ContentHash;
}

/** A content hash over bytes that come piece by piece. */
export function createContentHash(): ContentHasher {
  const hash = createSha256();
  return {
    update: (bytes) => {
      hash.update(bytes);
    },
    digest: () => `sha256:${toHex(hash.digest())}` as ContentHash,
  };
}
