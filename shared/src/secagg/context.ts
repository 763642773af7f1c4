/** What every mask of an attempt is bound to: docs/protocol/v1.md section 4.1, step 4. */
import { sha256 } from '../crypto/index.js';
import { canonicalBytes, utf8 } from '../encoding/index.js';
import type { AttemptId, ContentHash } from '../vocabulary/index.js';

/** A type, not an interface, so that it counts as Json. */
export type SecureContextParts = {
  readonly attemptId: AttemptId;
  readonly manifestHash: ContentHash;
  /** U1. */
  readonly peersHash: ContentHash;
  /** U2. */
  readonly sharersHash: ContentHash;
};

const DOMAIN = utf8('consilium/v1/secure-context\0');

/**
 * 32 bytes, the salt of every mask seed: sites that were shown another manifest (so another model), other peers or other sharers
 * have other masks, which do not cancel.
 */
export function secureContext({
  attemptId,
  manifestHash,
  peersHash,
  sharersHash,
}: SecureContextParts): Uint8Array {
  return sha256(DOMAIN, canonicalBytes({ attemptId, manifestHash, peersHash, sharersHash }));
}
