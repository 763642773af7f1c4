/** The other site of the specs' federation: it exists only in what the coordinator of the specs signs for it. */
import {
  generateBoxKeyPair,
  randomBytes,
  signBody,
  type Signed,
  type SigningKeyPair,
} from '@consilium/shared/crypto';
import { toBase64 } from '@consilium/shared/encoding';
import { signedHash, type Advert, type Manifest } from '@consilium/shared/protocol';
import type { SiteId } from '@consilium/shared/vocabulary';

export const GHOST = 'ghost' as SiteId;
export const GHOST_WEIGHT = 10;

export function signGhostAdvert(manifest: Signed<Manifest>, key: SigningKeyPair): Signed<Advert> {
  const { studyId, roundNo, attemptId } = manifest.body;
  const body: Advert = {
    v: 1,
    studyId,
    roundNo,
    attemptId,
    siteId: GHOST,
    manifestHash: signedHash(manifest),
    transportKey: toBase64(generateBoxKeyPair().publicKey),
    weight: GHOST_WEIGHT,
    nonce: toBase64(randomBytes(32)),
  };
  return signBody('advert', body, key);
}
