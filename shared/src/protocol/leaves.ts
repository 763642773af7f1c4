/** What the log records: every leaf as a schema. A leaf is the canonical JSON of one of these, at most 65 535 bytes. docs/protocol/v1.md section 5. */
import { z } from 'zod';
import {
  attemptIdSchema,
  contentHashSchema,
  countSchema,
  keyIdSchema,
  positiveSchema,
  publicKeySchema,
  siteIdSchema,
  studyIdSchema,
  versionSchema,
} from './scalars.js';

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
  z.strictObject({
    ...common,
    type: z.literal('site.enrolled'),
    siteId: siteIdSchema,
    keyId: keyIdSchema,
    identityKey: publicKeySchema,
    enrolmentHash: contentHashSchema,
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
  z.strictObject({ ...ofStudy, type: z.literal('study.started'), rosterHash: contentHashSchema }),
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
    type: z.literal('round.survivors'),
    peersHash: contentHashSchema,
    sites: z.array(siteIdSchema),
    headersHash: contentHashSchema,
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
    aggregationKey: publicKeySchema,
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
