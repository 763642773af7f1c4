/** The study protocol: the study file in canonical form, what a site approves once, by hash. docs/protocol/v1.md section 3. */
import { z } from 'zod';
import { contentHashOf } from '../crypto/index.js';
import { LIMITS, type ContentHash } from '../vocabulary/index.js';
import { acceptanceSchema } from './acceptance.js';
import { adapterConfigSchema, privateAdapterConfigSchema, taskSchema } from './adapter-config.js';
import { backboneDescriptionSchema } from './backbone-geometry.js';
import { groupRulesSchema } from './secure-groups.js';
import {
  contentHashSchema,
  floatBitsSchema,
  positiveSchema,
  countSchema,
  siteIdSchema,
  studyIdSchema,
  versionSchema,
} from './scalars.js';

export const optimizerSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('adamw'),
    learningRate: floatBitsSchema,
    weightDecay: floatBitsSchema,
    beta1: floatBitsSchema,
    beta2: floatBitsSchema,
    epsilon: floatBitsSchema,
  }),
  z.strictObject({
    kind: z.literal('sgd'),
    learningRate: floatBitsSchema,
    momentum: floatBitsSchema,
    weightDecay: floatBitsSchema,
  }),
]);
export type OptimizerConfig = z.infer<typeof optimizerSchema>;

export const scheduleSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant') }),
  /** Cosine over all rounds and epochs of the study, after `warmupSteps` of linear warm-up. */
  z.strictObject({ kind: z.literal('cosine'), warmupSteps: countSchema }),
]);
export type ScheduleConfig = z.infer<typeof scheduleSchema>;

export const trainingConfigSchema = z.strictObject({
  rounds: positiveSchema,
  localEpochs: positiveSchema,
  batchSize: positiveSchema,
  optimizer: optimizerSchema,
  schedule: scheduleSchema,
  classWeights: z.enum(['none', 'balanced']),
  algorithm: z.strictObject({ kind: z.literal('fedavg') }),
  /** C: the largest absolute change of one parameter in one round. */
  updateRange: floatBitsSchema,
  /** L2 norm that the whole delta is scaled down to; absent = no clipping. */
  clipNorm: floatBitsSchema.optional(),
});
export type TrainingConfig = z.infer<typeof trainingConfigSchema>;

export const participationSchema = z.strictObject({
  minSites: z.int().min(2).max(1000),
  /** Training pictures below which a site does not join. */
  minSamples: positiveSchema,
  sites: z.union([z.literal('all'), z.array(siteIdSchema).min(1).max(1000)]),
  advertDeadlineMs: positiveSchema,
  roundDeadlineMs: positiveSchema,
  maxAttempts: positiveSchema,
});
export type Participation = z.infer<typeof participationSchema>;

/** Whether the coordinator learns nothing but sums of updates. docs/protocol/v1.md section 4.1. */
export const privacySchema = z.discriminatedUnion('secureAggregation', [
  z.strictObject({ secureAggregation: z.literal('off') }),
  z.strictObject({
    secureAggregation: z.literal('on'),
    /** c: sites that are assumed to pool what they see with each other or with the coordinator. */
    colluders: z.int().min(1).max(LIMITS.secureSites),
    /** Sites are summed in groups; absent: all together. docs/protocol/v1.md section 4.3. */
    groups: groupRulesSchema.optional(),
  }),
]);
export type Privacy = z.infer<typeof privacySchema>;

export const studyProtocolSchema = z.strictObject({
  v: versionSchema,
  studyId: studyIdSchema,
  title: z.string().min(1).max(200),
  task: taskSchema,
  backbone: backboneDescriptionSchema,
  adapter: adapterConfigSchema,
  /** Trained beside the shared adapter at each site, kept there and never sent. */
  privateAdapter: privateAdapterConfigSchema.optional(),
  training: trainingConfigSchema,
  privacy: privacySchema,
  /** Absent = what comes of a round is used without asking the sites. */
  acceptance: acceptanceSchema.optional(),
  participation: participationSchema,
  /** Root of every random choice of training and of the first adapter checkpoint. */
  seed: z.string().min(1).max(128),
  /** Hash of the tensor schema that follows from backbone, adapter, task and range. */
  schemaHash: contentHashSchema,
});
export type StudyProtocol = z.infer<typeof studyProtocolSchema>;

export function studyProtocolHash(protocol: StudyProtocol): ContentHash {
  return contentHashOf(protocol);
}

/** The seed text of one site's training in one round. The attempt is left out on purpose: a repeated attempt trains the same. */
export function trainingSeed(protocol: StudyProtocol, roundNo: number, siteId: string): string {
  return `${protocol.seed}/training/${protocol.studyId}/${roundNo}/${siteId}`;
}
