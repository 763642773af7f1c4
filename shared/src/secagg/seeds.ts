/** The seeds of the masks, 32 bytes each: docs/protocol/v1.md section 4.1, steps 1 and 4; HKDF-SHA256 of RFC 5869, X25519 of RFC 7748. */
import { hkdf, sha256, sharedSecret } from '../crypto/index.js';
import { requireBytes, utf8 } from '../encoding/index.js';
import { ConsiliumError, type SiteId } from '../vocabulary/index.js';

export const SECRET_BYTES = 32;

const SELF_SEED_DOMAIN = utf8('consilium/v1/self-seed\0');

/** What an advert says of b_i, so that the opened seed is held to it. @throws ConsiliumError 'bad-encoding' unless 32 bytes */
export function selfSeedHash(selfSeed: Uint8Array): Uint8Array {
  return sha256(SELF_SEED_DOMAIN, requireBytes(selfSeed, SECRET_BYTES, 'self-mask seed'));
}

/** @throws ConsiliumError 'bad-encoding' unless seed and context have 32 bytes */
export function selfMaskSeed(
  selfSeed: Uint8Array,
  context: Uint8Array,
  siteId: SiteId,
): Uint8Array {
  requireBytes(selfSeed, SECRET_BYTES, 'self-mask seed');
  requireBytes(context, SECRET_BYTES, 'secure context');
  return hkdf(selfSeed, context, `consilium/v1/self-mask\0${siteId}`, SECRET_BYTES);
}

export interface PairOfSites {
  /** s of `own`. */
  readonly ownSecret: Uint8Array;
  /** S of `their`. */
  readonly theirKey: Uint8Array;
  readonly own: SiteId;
  readonly their: SiteId;
  readonly context: Uint8Array;
}

/**
 * The same 32 bytes whichever of the two sites computes them.
 * @throws ConsiliumError 'weak-key' when their key is of small order, 'bad-encoding' on a wrong length, 'bad-message' for a site
 * with itself
 */
export function pairMaskSeed({
  ownSecret,
  theirKey,
  own,
  their,
  context,
}: PairOfSites): Uint8Array {
  if (own === their) {
    throw new ConsiliumError('bad-message', `site ${own} has no pairwise mask with itself`);
  }
  requireBytes(context, SECRET_BYTES, 'secure context');
  const [first, second] = own < their ? [own, their] : [their, own];
  const info = `consilium/v1/pair-mask\0${first}\0${second}`;
  return hkdf(sharedSecret(theirKey, ownSecret), context, info, SECRET_BYTES);
}
