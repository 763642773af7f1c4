/** What the log records: every leaf as a schema. A leaf is the canonical JSON of one of these, at most 65 535 bytes. docs/protocol/v1.md section 5. */
import { z } from 'zod';
import { LIMITS, OPERATOR_ROLES } from '../vocabulary/index.js';
import {
  attemptIdSchema,
  contentHashSchema,
  countSchema,
  keyIdSchema,
  operatorIdSchema,
  positiveSchema,
  publicKeySchema,
  siteIdSchema,
  studyIdSchema,
  versionSchema,
} from './scalars.js';

/** How a person signs: with a key of the command line, or with a passkey. */
export const personKeyKindSchema = z.enum(['ed25519', 'webauthn']);
export type PersonKeyKind = z.infer<typeof personKeyKindSchema>;

/** Ed25519: 32 bytes; a passkey: its COSE key (RFC 9052 section 7). In base64. */
export const personKeySchema = z.base64().min(44).max(1400);

/** What a person's signature may mean. */
export const actKindSchema = z.enum(['study-approved', 'adapter-accepted', 'statement']);
export type ActKind = z.infer<typeof actKindSchema>;

/** What happened to somebody's account. */
const accountChangeSchema = z.enum([
  'created',
  'activation-renewed',
  'passkeys-reset',
  'roles-changed',
  'study-assigned',
  'study-unassigned',
  'link-made',
  'sign-in-link-made',
  'subject-linked',
  'password-changed',
  'passkey-added',
  'passkey-removed',
  'closed',
]);
export type AccountChange = z.infer<typeof accountChangeSchema>;

const common = { v: versionSchema, atMs: countSchema };
const ofStudy = { ...common, studyId: studyIdSchema };
const ofAttempt = { ...ofStudy, roundNo: positiveSchema, attemptId: attemptIdSchema };

export const leafSchema = z.discriminatedUnion('type', [
  z.strictObject({
    ...common,
    type: z.literal('log.opened'),
    origin: z.string().min(1).max(200),
    logKey: publicKeySchema,
    coordinatorKey: publicKeySchema,
  }),
  z.strictObject({
    ...common,
    type: z.literal('software.version'),
    version: z.string().min(1).max(64),
    node: z.string().min(1).max(64),
    protocol: versionSchema,
  }),
  /** Everything that the log had after those leaves, if it had more, is lost; what was open then is given up. */
  z.strictObject({
    ...common,
    type: z.literal('backup.restored'),
    /** How many the backup had. */
    leaves: positiveSchema,
    madeAtMs: countSchema,
  }),
  z.strictObject({
    ...common,
    type: z.literal('site.enrolled'),
    siteId: siteIdSchema,
    keyId: keyIdSchema,
    identityKey: publicKeySchema,
    enrolmentHash: contentHashSchema,
    /** Two people: who asked the site in, and who compared its key with it. */
    invitedBy: operatorIdSchema,
    approvedBy: operatorIdSchema,
  }),
  z.strictObject({
    ...common,
    type: z.literal('site.key-rotated'),
    siteId: siteIdSchema,
    oldKeyId: keyIdSchema,
    keyId: keyIdSchema,
    identityKey: publicKeySchema,
    /** Of the `KeyRotation`, which both keys signed. */
    rotationHash: contentHashSchema,
  }),
  z.strictObject({
    ...common,
    type: z.literal('site.revoked'),
    siteId: siteIdSchema,
    keyId: keyIdSchema,
    by: operatorIdSchema,
    reason: z.enum(['key-lost', 'key-compromised', 'left', 'misconduct']),
  }),
  /** Who may do what has changed: whoever gets hold of an account, or is let do more, is seen here. */
  z.strictObject({
    ...common,
    type: z.literal('operator.changed'),
    operatorId: operatorIdSchema,
    change: accountChangeSchema,
    /** The same as `operatorId` where the person did it, or whoever holds the coordinator's machine. */
    by: operatorIdSchema,
    /** From then on. */
    roles: z.array(z.enum(OPERATOR_ROLES)).min(1).max(OPERATOR_ROLES.length),
  }),
  z.strictObject({
    ...common,
    type: z.literal('person.key-added'),
    operatorId: operatorIdSchema,
    keyId: keyIdSchema,
    kind: personKeyKindSchema,
    publicKey: personKeySchema,
  }),
  z.strictObject({
    ...common,
    type: z.literal('person.key-removed'),
    operatorId: operatorIdSchema,
    keyId: keyIdSchema,
  }),
  z.strictObject({
    ...common,
    type: z.literal('act.signed'),
    studyId: studyIdSchema.optional(),
    operatorId: operatorIdSchema,
    keyId: keyIdSchema,
    act: actKindSchema,
    actHash: contentHashSchema,
  }),
  /** Attempts that were turned away before anybody proved who he is; many are summed into one leaf. */
  z.strictObject({
    ...common,
    type: z.literal('access.refused'),
    what: z.enum(['login', 'enrolment', 'handshake', 'token', 'rate-limit', 'origin']),
    count: positiveSchema,
  }),
  z.strictObject({
    ...ofStudy,
    type: z.literal('study.created'),
    studyProtocolHash: contentHashSchema,
    schemaHash: contentHashSchema,
    adapterCheckpointHash: contentHashSchema,
  }),
  z.strictObject({
    ...ofStudy,
    type: z.literal('study.approved'),
    siteId: siteIdSchema,
    studyProtocolHash: contentHashSchema,
    joinHash: contentHashSchema,
  }),
  z.strictObject({
    ...ofStudy,
    type: z.literal('study.declined'),
    siteId: siteIdSchema,
    joinHash: contentHashSchema,
    reason: z.string().max(64),
  }),
  z.strictObject({
    ...ofStudy,
    type: z.literal('roster.add'),
    siteId: siteIdSchema,
    keyId: keyIdSchema,
    epoch: positiveSchema,
    rosterHash: contentHashSchema,
  }),
  z.strictObject({
    ...ofStudy,
    type: z.literal('roster.rotate'),
    siteId: siteIdSchema,
    oldKeyId: keyIdSchema,
    keyId: keyIdSchema,
    epoch: positiveSchema,
    rosterHash: contentHashSchema,
    rotationHash: contentHashSchema,
  }),
  z.strictObject({
    ...ofStudy,
    type: z.literal('roster.revoke'),
    siteId: siteIdSchema,
    keyId: keyIdSchema,
    epoch: positiveSchema,
    rosterHash: contentHashSchema,
    /** What the site signed in rounds up to this one stays valid. */
    validUntilRound: countSchema,
    because: z.enum(['revoked', 'withdrawn']),
  }),
  z.strictObject({
    ...ofStudy,
    type: z.literal('study.withdrawn'),
    siteId: siteIdSchema,
    withdrawalHash: contentHashSchema,
  }),
  z.strictObject({ ...ofStudy, type: z.literal('study.started'), rosterHash: contentHashSchema }),
  /** From here to `study.resumed` no attempt is opened; one that is under way goes on. */
  z.strictObject({
    ...ofStudy,
    type: z.literal('study.paused'),
    by: operatorIdSchema,
    reason: z.string().min(1).max(200),
  }),
  z.strictObject({ ...ofStudy, type: z.literal('study.resumed'), by: operatorIdSchema }),
  z.strictObject({
    ...ofAttempt,
    type: z.literal('round.manifest'),
    attemptNo: positiveSchema,
    manifestHash: contentHashSchema,
  }),
  z.strictObject({
    ...ofAttempt,
    type: z.literal('round.adverts'),
    peersHash: contentHashSchema,
    sites: z.array(siteIdSchema),
  }),
  z.strictObject({
    ...ofAttempt,
    type: z.literal('round.declined'),
    siteId: siteIdSchema,
    declineHash: contentHashSchema,
    code: z.string().max(64),
    /** Whose shares the site complains of, if that is why. */
    dealer: siteIdSchema.optional(),
  }),
  z.strictObject({
    ...ofAttempt,
    type: z.literal('round.survivors'),
    peersHash: contentHashSchema,
    /** U2 of a secure attempt. */
    sharersHash: contentHashSchema.optional(),
    /** Of a secure attempt: the survivor leaves before this one from the same adapter checkpoint. */
    earlier: z.array(countSchema).max(1000).optional(),
    sites: z.array(siteIdSchema),
    /** The same sites by group, where groups are summed. */
    groups: z.array(z.array(siteIdSchema).min(1)).max(LIMITS.secureGroups).optional(),
    headersHash: contentHashSchema,
  }),
  /** What the sites vote on; a candidate that they reject can be computed again like a result. */
  z.strictObject({
    ...ofAttempt,
    type: z.literal('round.candidate'),
    recordHash: contentHashSchema,
    ringSumHash: contentHashSchema,
  }),
  z.strictObject({
    ...ofAttempt,
    type: z.literal('round.votes'),
    recordHash: contentHashSchema,
    votesHash: contentHashSchema,
    /** Sites among the survivors. */
    accepted: countSchema,
    refused: countSchema,
  }),
  z.strictObject({
    ...ofAttempt,
    type: z.literal('round.result'),
    recordHash: contentHashSchema,
    ringSumHash: contentHashSchema,
    adapterCheckpointHash: contentHashSchema,
  }),
  z.strictObject({ ...ofAttempt, type: z.literal('round.aborted'), reason: z.string().max(200) }),
  z.strictObject({
    ...ofAttempt,
    type: z.literal('key.destroyed'),
    /** Absent after a secure attempt, which has no such key: then the boxes and shares of its sites are gone. */
    aggregationKey: publicKeySchema.optional(),
  }),
  z.strictObject({
    ...ofStudy,
    type: z.literal('study.completed'),
    rounds: positiveSchema,
    adapterCheckpointHash: contentHashSchema,
  }),
  z.strictObject({ ...ofStudy, type: z.literal('study.failed'), reason: z.string().max(200) }),
  z.strictObject({
    ...ofStudy,
    type: z.literal('evaluation.reported'),
    siteId: siteIdSchema,
    evaluationHash: contentHashSchema,
  }),
  z.strictObject({
    ...ofStudy,
    type: z.literal('access.export'),
    what: z.enum(['bundle', 'adapter']),
  }),
  z.strictObject({
    ...ofStudy,
    type: z.literal('security.refused'),
    siteId: siteIdSchema,
    code: z.string().max(64),
    message: z.string().max(64),
  }),
]);
export type Leaf = z.infer<typeof leafSchema>;
export type LeafType = Leaf['type'];
