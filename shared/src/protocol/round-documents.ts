/** The signed documents of a round attempt: manifest, advert, update header, decline, round record. docs/protocol/v1.md section 4. */
import { z } from 'zod';
import { contentHashOf } from '../crypto/index.js';
import type { Signed } from '../crypto/index.js';
import type { Json } from '../encoding/index.js';
import type { AttemptId, ContentHash, SiteId } from '../vocabulary/index.js';
import {
  attemptIdSchema,
  base64Schema,
  contentHashSchema,
  countSchema,
  floatBitsSchema,
  hash32Schema,
  keyIdSchema,
  positiveSchema,
  publicKeySchema,
  signedSchema,
  siteIdSchema,
  studyIdSchema,
  versionSchema,
} from './scalars.js';

const attemptFields = {
  v: versionSchema,
  studyId: studyIdSchema,
  roundNo: positiveSchema,
  attemptId: attemptIdSchema,
};

export const rosterSchema = z.strictObject({
  v: versionSchema,
  studyId: studyIdSchema,
  epoch: countSchema,
  sites: z.array(
    z.strictObject({
      siteId: siteIdSchema,
      keyId: keyIdSchema,
      identityKey: publicKeySchema,
      /** The site's changes of key since it joined, oldest first: whoever pinned an earlier key follows them to this one. */
      rotations: z
        .array(z.strictObject({ hash: contentHashSchema, leafIndex: countSchema }))
        .min(1)
        .max(100)
        .optional(),
    }),
  ),
});
export type Roster = z.infer<typeof rosterSchema>;

export const manifestSchema = z.strictObject({
  ...attemptFields,
  attemptNo: positiveSchema,
  studyProtocolHash: contentHashSchema,
  backboneHash: contentHashSchema,
  schemaHash: contentHashSchema,
  /** The adapter checkpoint that training starts from. */
  adapterCheckpointHash: contentHashSchema,
  rosterEpoch: countSchema,
  rosterHash: contentHashSchema,
  /** The `roster.add`, `roster.rotate` or `roster.revoke` that made this epoch: a site believes no roster that the log does not hold. */
  rosterLeafIndex: countSchema,
  cohort: z.array(siteIdSchema).min(1),
  minSites: positiveSchema,
  /** X25519 key that content keys are wrapped to; its private half is destroyed when the attempt ends. */
  aggregationKey: publicKeySchema,
  advertDeadlineMs: positiveSchema,
  roundDeadlineMs: positiveSchema,
  issuedAtMs: countSchema,
});
export type Manifest = z.infer<typeof manifestSchema>;

export const advertSchema = z.strictObject({
  ...attemptFields,
  siteId: siteIdSchema,
  manifestHash: contentHashSchema,
  /** X25519 key of this attempt, the sender of the wrapped content key. */
  transportKey: publicKeySchema,
  /** Aggregation weight: the number of training pictures. */
  weight: z.int().min(1).max(1e9),
  nonce: base64Schema(32),
});
export type Advert = z.infer<typeof advertSchema>;

export const metricsSchema = z.strictObject({
  samples: countSchema,
  loss: floatBitsSchema,
  /** Rows are true classes, columns are predicted ones. */
  confusion: z.array(z.array(countSchema)),
  balancedAccuracy: floatBitsSchema,
  auroc: z.union([floatBitsSchema, z.literal('undefined')]),
});
export type Metrics = z.infer<typeof metricsSchema>;

export const updateHeaderSchema = z.strictObject({
  ...attemptFields,
  siteId: siteIdSchema,
  manifestHash: contentHashSchema,
  peersHash: contentHashSchema,
  schemaHash: contentHashSchema,
  cipher: z.literal('aes256gcm-stream'),
  wrappedKey: z.strictObject({ nonce: base64Schema(24), box: base64Schema(48) }),
  plaintextBytes: positiveSchema,
  /** Hash of the quantised vector, 4 bytes a parameter, little-endian. */
  vectorHash: contentHashSchema,
  chunkCount: positiveSchema,
  /** RFC 6962 root over the ciphertext chunks. */
  chunkRoot: hash32Schema,
  /** Coordinates that the range C cut. */
  cut: countSchema,
  evaluation: z.strictObject({ before: metricsSchema, after: metricsSchema }).optional(),
  trainMs: countSchema,
  engine: z.string().min(1).max(100),
  /** Of the site's policy with every default filled in, as it stood when the update was made. */
  policyHash: contentHashSchema,
});
export type UpdateHeader = z.infer<typeof updateHeaderSchema>;

/** A site's word that it sends no update in this attempt. */
export const declineSchema = z.strictObject({
  ...attemptFields,
  siteId: siteIdSchema,
  manifestHash: contentHashSchema,
  code: z.string().regex(/^[a-z0-9-]{1,64}$/),
});
export type Decline = z.infer<typeof declineSchema>;

/** A site's word on the study protocol: it takes part, or says why not. */
export const joinSchema = z.strictObject({
  v: versionSchema,
  studyId: studyIdSchema,
  siteId: siteIdSchema,
  studyProtocolHash: contentHashSchema,
  /** Of the site's policy with every default filled in, as it stood when this was decided. */
  policyHash: contentHashSchema,
  decision: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('join'),
      images: countSchema,
      used: countSchema,
      skipped: countSchema,
    }),
    z.strictObject({
      kind: z.literal('decline'),
      code: z.string().regex(/^[a-z0-9-]{1,64}$/),
    }),
  ]),
});
export type Join = z.infer<typeof joinSchema>;

/** A site's measurement of an adapter checkpoint on its own pictures. */
export const evaluationSchema = z.strictObject({
  v: versionSchema,
  studyId: studyIdSchema,
  siteId: siteIdSchema,
  roundNo: countSchema,
  adapterCheckpointHash: contentHashSchema,
  split: z.enum(['val', 'test']),
  metrics: metricsSchema,
});
export type Evaluation = z.infer<typeof evaluationSchema>;

export const participantSchema = z.strictObject({
  siteId: siteIdSchema,
  keyId: keyIdSchema,
  state: z.enum(['survivor', 'dropped', 'declined', 'refused']),
  advertHash: contentHashSchema.optional(),
  weight: countSchema,
  headerHash: contentHashSchema.optional(),
  vectorHash: contentHashSchema.optional(),
  chunkRoot: hash32Schema.optional(),
  byteLength: countSchema,
});
export type Participant = z.infer<typeof participantSchema>;

/** From this (and, under secure aggregation, the masked vectors) a third party recomputes the round. */
export const roundRecordSchema = z.strictObject({
  ...attemptFields,
  attemptNo: positiveSchema,
  manifestHash: contentHashSchema,
  peersHash: contentHashSchema,
  schemaHash: contentHashSchema,
  participants: z.array(participantSchema),
  survivors: z.array(siteIdSchema),
  /** n of the scale: the sites that advertised. */
  advertised: positiveSchema,
  weightTotal: positiveSchema,
  weightSurvivors: positiveSchema,
  ringSumHash: contentHashSchema,
  /** False in plain mode: the summed updates are readable, so they never enter a bundle. */
  sumRecomputable: z.literal(false),
  serverOptimizer: z.strictObject({ kind: z.literal('mean') }),
  previousAdapterCheckpointHash: contentHashSchema,
  adapterCheckpointHash: contentHashSchema,
  softwareVersion: z.string().min(1).max(64),
});
export type RoundRecord = z.infer<typeof roundRecordSchema>;

export const signedRosterSchema = signedSchema(rosterSchema);
export const signedManifestSchema = signedSchema(manifestSchema);
export const signedAdvertSchema = signedSchema(advertSchema);
export const signedUpdateHeaderSchema = signedSchema(updateHeaderSchema);
export const signedDeclineSchema = signedSchema(declineSchema);
export const signedJoinSchema = signedSchema(joinSchema);
export const signedEvaluationSchema = signedSchema(evaluationSchema);

/** Hash of any signed document: of its canonical form, signature included. */
export function signedHash<T extends Json>(signed: Signed<T>): ContentHash {
  return contentHashOf(signed);
}

/** The set U1 of an attempt: adverts sorted by site, named by hash. Every update header binds it. */
export function peersHash(attemptId: AttemptId, adverts: readonly Signed<Advert>[]): ContentHash {
  return contentHashOf({ attemptId, adverts: bySite(adverts).map((advert) => signedHash(advert)) });
}

/** The survivors' update headers, sorted by site, named by hash: what the `round.survivors` leaf fixes. */
export function headersHash(
  attemptId: AttemptId,
  headers: readonly Signed<UpdateHeader>[],
): ContentHash {
  return contentHashOf({ attemptId, headers: bySite(headers).map((header) => signedHash(header)) });
}

/** Site ids are ASCII, so this order is that of their bytes. */
function bySite<T extends { readonly siteId: SiteId }>(
  documents: readonly Signed<T>[],
): readonly Signed<T>[] {
  return [...documents].sort((a, b) => (a.body.siteId < b.body.siteId ? -1 : 1));
}
