/** The byte strings that bind shares to their place: docs/protocol/v1.md section 4.1, step 2. */
import { sha256 } from '../crypto/index.js';
import { canonicalBytes, utf8 } from '../encoding/index.js';
import type { SecretKind, ShareEntry } from '../protocol/index.js';
import type { AttemptId, ContentHash, SiteId } from '../vocabulary/index.js';

export const SHARE_BYTES = 33;

const SHARE_DOMAIN = utf8('consilium/v1/share\0');
const SEPARATOR = Uint8Array.of(0);

/** A type, not an interface, so that it counts as Json. */
export type SharePlace = {
  readonly attemptId: AttemptId;
  readonly dealer: SiteId;
  readonly holder: SiteId;
  readonly kind: SecretKind;
};

/** 32 bytes; a share is as random as its secret, so the hash hides it. */
export function shareCommitment(
  { attemptId, dealer, holder, kind }: SharePlace,
  share: Uint8Array,
): Uint8Array {
  const place = canonicalBytes({ attemptId, dealer, holder, kind });
  return sha256(SHARE_DOMAIN, place, SEPARATOR, share);
}

/** A type, not an interface, so that it counts as Json. */
export type BoxPlace = {
  readonly attemptId: AttemptId;
  readonly from: SiteId;
  readonly peersHash: ContentHash;
  readonly to: SiteId;
};

/** The last 32 bytes of a box: who sends it to whom, in which attempt among which peers. */
export function boxBinding({ attemptId, from, peersHash, to }: BoxPlace): Uint8Array {
  return sha256(canonicalBytes({ attemptId, from, peersHash, to }));
}

/** The commitment of an entry to the share of that kind, in base64. */
export function committedIn(entry: ShareEntry, kind: SecretKind): string {
  return kind === 'self-seed' ? entry.selfSeed : entry.maskKey;
}
