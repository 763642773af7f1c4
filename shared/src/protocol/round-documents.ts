/** The signed documents of a round attempt: manifest, advert, update header, round record. docs/protocol/v1.md section 4. */
import { z } from 'zod';
import {
  boxSeal,
  contentHashOf,
  UPDATE_CIPHER,
  type SealedBox,
  type Signed,
} from '../crypto/index.js';
import { fromBase64 } from '../encoding/index.js';
import type { Json } from '../encoding/index.js';
import {
  ConsiliumError,
  LIMITS,
  type AttemptId,
  type ContentHash,
  type SiteId,
} from '../vocabulary/index.js';
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
import { combineSchema, manifestGroupsSchema } from './secure-groups.js';

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

/** How the updates of an attempt are summed. */
export const manifestAggregationSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('plain'),
    /** X25519 key that content keys are wrapped to; its private half is destroyed when the attempt ends. */
    key: publicKeySchema,
  }),
  z.strictObject({
    kind: z.literal('secure'),
    /** c: sites that are assumed to pool what they see with each other or with the coordinator. */
    colluders: z.int().min(1).max(LIMITS.secureSites),
    /** t: sites that endorse before a share leaves, and shares that open a secret. */
    threshold: z.int().min(2).max(LIMITS.secureSites),
    /** Absent: all sites are summed together. */
    groups: manifestGroupsSchema.optional(),
  }),
]);

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
  aggregation: manifestAggregationSchema,
  /** The survivors are asked before the candidate takes effect, as the study protocol says. */
  acceptance: z.literal('vote').optional(),
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
  /** Of a secure attempt: S_i, the X25519 key of the pairwise masks, and H(b_i), which the self-mask seed is held to. */
  secure: z.strictObject({ maskKey: publicKeySchema, selfSeedHash: hash32Schema }).optional(),
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

/** What hides the vector on its way: a key for the coordinator, or masks that only the sum of all sharers loses. */
export const updatePayloadSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('encrypted'),
    cipher: z.literal('aes256gcm-stream'),
    wrappedKey: z.strictObject({ nonce: base64Schema(24), box: base64Schema(48) }),
  }),
  z.strictObject({
    kind: z.literal('masked'),
    /** U2: those whose masks are in the vector. */
    sharersHash: contentHashSchema,
    /** Which training of the round the delta came from, from 0: no two sums of an adapter checkpoint hold the same delta. */
    training: countSchema,
  }),
]);

export const updateHeaderSchema = z.strictObject({
  ...attemptFields,
  siteId: siteIdSchema,
  manifestHash: contentHashSchema,
  peersHash: contentHashSchema,
  schemaHash: contentHashSchema,
  payload: updatePayloadSchema,
  plaintextBytes: positiveSchema,
  /** Hash of the vector as it is summed, 4 bytes a word, little-endian: quantised, and masked if the sum is secure. */
  vectorHash: contentHashSchema,
  chunkCount: positiveSchema,
  /** RFC 6962 root over the chunks as they travel. */
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

/** In plain mode the summed updates are readable, so they never enter a bundle and nobody recomputes the sum from them. */
export const recordAggregationSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('plain') }),
  z.strictObject({
    kind: z.literal('secure'),
    colluders: positiveSchema,
    /** t: endorsements before a share leaves, and shares that open a secret. */
    threshold: positiveSchema,
    /** U2 */
    sharersHash: contentHashSchema,
    sharers: z.array(siteIdSchema),
    /** The survivors by group, in the order of their sums in the blob. */
    groups: z.array(z.array(siteIdSchema).min(1)).max(LIMITS.secureGroups).optional(),
    /** How the means of the groups became one. */
    combine: combineSchema.optional(),
    /** Of the secrets that were opened to take the masks off: `Revealed`. */
    revealedHash: contentHashSchema,
  }),
]);

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
  aggregation: recordAggregationSchema,
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
export const signedJoinSchema = signedSchema(joinSchema);
export const signedEvaluationSchema = signedSchema(evaluationSchema);

/** How a plain update's header hands its content key to the coordinator. @throws ConsiliumError as aggregationKeyOf */
export function encryptedPayload(
  contentKey: Uint8Array,
  manifest: Manifest,
  transportSecret: Uint8Array,
): UpdateHeader['payload'] {
  const aggregationKey = fromBase64(aggregationKeyOf(manifest));
  const wrappedKey = boxSeal(contentKey, aggregationKey, transportSecret);
  return { kind: 'encrypted', cipher: UPDATE_CIPHER, wrappedKey };
}

/** The box that holds the content key. @throws ConsiliumError 'bad-message' when the update is masked, which has none */
export function wrappedKeyOf({ payload }: UpdateHeader): SealedBox {
  if (payload.kind !== 'encrypted') {
    throw new ConsiliumError('bad-message', 'a masked update has no content key');
  }
  return payload.wrappedKey;
}

/** The key to wrap content keys to. @throws ConsiliumError 'bad-message' when the attempt is secure, which has none */
export function aggregationKeyOf({ aggregation }: Manifest): string {
  if (aggregation.kind !== 'plain') {
    throw new ConsiliumError('bad-message', 'a secure attempt has no aggregation key');
  }
  return aggregation.key;
}

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
export function bySite<T extends { readonly siteId: SiteId }>(
  documents: readonly Signed<T>[],
): readonly Signed<T>[] {
  return [...documents].sort((a, b) => (a.body.siteId < b.body.siteId ? -1 : 1));
}
