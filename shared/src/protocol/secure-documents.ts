/**
 * The documents that only a secure attempt has: the shares that sites deal to each other, the endorsement of a survivor set, the
 * shares that take the masks off, and what they opened. docs/protocol/v1.md section 4.1; Bonawitz et al. 2017 (CCS), figure 4.
 */
import { z } from 'zod';
import { contentHashOf } from '../crypto/index.js';
import type { Signed } from '../crypto/index.js';
import type { AttemptId, ContentHash } from '../vocabulary/index.js';
import {
  attemptIdSchema,
  base64Schema,
  contentHashSchema,
  countSchema,
  hash32Schema,
  positiveSchema,
  signedSchema,
  siteIdSchema,
  studyIdSchema,
  versionSchema,
} from './scalars.js';
import { bySite, signedHash } from './round-documents.js';

const ofSiteInAttempt = {
  v: versionSchema,
  studyId: studyIdSchema,
  roundNo: positiveSchema,
  attemptId: attemptIdSchema,
  siteId: siteIdSchema,
};

/** What is shared: b_i, the seed of the self mask, or s_i, the private half of the mask key. */
export const secretKindSchema = z.enum(['self-seed', 'mask-key']);
export type SecretKind = z.infer<typeof secretKindSchema>;

/** What a dealer gives to one holder. For the dealer's own share there is no box. */
export const shareEntrySchema = z.strictObject({
  holder: siteIdSchema,
  /** SHA-256 commitments to the two shares. */
  selfSeed: hash32Schema,
  maskKey: hash32Schema,
  /** `nacl.box` from the dealer's to the holder's transport key. */
  box: z.strictObject({ nonce: base64Schema(24), box: base64Schema(114) }).optional(),
});
export type ShareEntry = z.infer<typeof shareEntrySchema>;

/** A dealer's word on its shares: one entry for each site of U1, its own among them, sorted by holder. */
export const sharesSchema = z.strictObject({
  ...ofSiteInAttempt,
  manifestHash: contentHashSchema,
  peersHash: contentHashSchema,
  /** RFC 6962 root over the canonical JSON of the entries, so that each holder gets its own entry alone. */
  entriesRoot: hash32Schema,
  entries: positiveSchema,
});
export type Shares = z.infer<typeof sharesSchema>;
export const signedSharesSchema = signedSchema(sharesSchema);

/** What a holder is handed of one dealer: its word, the holder's entry, and the proof that the one has the other. */
export const dealtSchema = z.strictObject({
  shares: signedSharesSchema,
  entry: shareEntrySchema,
  index: countSchema,
  inclusion: z.array(hash32Schema).max(7),
});
export type Dealt = z.infer<typeof dealtSchema>;

/** A site's word that this survivor leaf is the only one it stands by in this attempt. */
export const endorsementSchema = z.strictObject({
  ...ofSiteInAttempt,
  leafIndex: countSchema,
  /** RFC 6962 leaf hash of the `round.survivors` leaf. */
  leafHash: hash32Schema,
});
export type Endorsement = z.infer<typeof endorsementSchema>;
export const signedEndorsementSchema = signedSchema(endorsementSchema);

/** A site's shares for taking the masks off: of b_j of each survivor j, of s_j of each other sharer j, never of both. */
export const unmaskingSchema = z.strictObject({
  ...ofSiteInAttempt,
  leafHash: hash32Schema,
  shares: z.array(
    z.strictObject({ dealer: siteIdSchema, kind: secretKindSchema, share: base64Schema(33) }),
  ),
});
export type Unmasking = z.infer<typeof unmaskingSchema>;
export const signedUnmaskingSchema = signedSchema(unmaskingSchema);

/** The secrets that were opened, sorted by site: anybody who has the masked vectors computes the sum again from them. */
export const revealedSchema = z.strictObject({
  v: versionSchema,
  attemptId: attemptIdSchema,
  secrets: z.array(
    z.strictObject({ siteId: siteIdSchema, kind: secretKindSchema, secret: base64Schema(32) }),
  ),
});
export type Revealed = z.infer<typeof revealedSchema>;

/** The set U2 of an attempt: the words of all who shared, sorted by site, named by hash. Every mask and header binds it. */
export function sharersHash(attemptId: AttemptId, shares: readonly Signed<Shares>[]): ContentHash {
  return contentHashOf({ attemptId, shares: bySite(shares).map((signed) => signedHash(signed)) });
}
