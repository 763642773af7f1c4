/**
 * What the supervisor and the trainer say to each other over Node's IPC. Tensors travel as files. File names, labels, patients
 * and values never appear here: a data set is described by row numbers, rules and counts.
 */
import { z } from 'zod';
import {
  adapterConfigSchema,
  privateAdapterConfigSchema,
  backboneDescriptionSchema,
  backboneGeometrySchema,
  contentHashSchema,
  countSchema,
  metricsSchema,
  poolSchema,
  positiveSchema,
  preprocessingSchema,
  studyIdSchema,
  taskSchema,
  trainingConfigSchema,
} from '@consilium/shared/protocol';
import { TensorSchemaJson, type TensorSchema } from '@consilium/shared/tensors';
import { ConsiliumError, isErrorCode, LIMITS, type ErrorCode } from '@consilium/shared/vocabulary';
import { cachePrecisionSchema } from '../config/cache-precision.js';

export const SPLITS = ['train', 'val', 'test'] as const;
export const splitSchema = z.enum(SPLITS);
export type Split = z.infer<typeof splitSchema>;

/** Why a row of labels.csv is left out. */
export const DATASET_RULES = [
  'empty-file',
  'empty-label',
  'unknown-class',
  'unknown-split',
  'path-outside-folder',
  'duplicate-file',
  'missing-file',
  'unreadable-file',
  'not-an-image',
  'truncated-image',
  'image-too-large',
  'duplicate-image',
  'patient-in-two-splits',
] as const;
export const datasetRuleSchema = z.enum(DATASET_RULES);
export type DatasetRule = z.infer<typeof datasetRuleSchema>;

const perSplit = <T extends z.ZodType>(value: T) =>
  z.strictObject({ train: value, val: value, test: value });

export const datasetReportSchema = z.strictObject({
  /** Rows of labels.csv, of the chosen site if one was chosen. */
  images: countSchema,
  used: countSchema,
  skipped: countSchema,
  bySplit: perSplit(countSchema),
  /** Used images of each class, in the order of the task's classes. */
  classCounts: perSplit(z.array(countSchema)),
  /** The first hundred; `row` as a spreadsheet counts it, the header being row 1. */
  problems: z
    .array(
      z.strictObject({
        row: positiveSchema,
        rule: datasetRuleSchema,
        column: z.enum(['file', 'label', 'split', 'patient']),
      }),
    )
    .max(100),
  problemCounts: z.record(datasetRuleSchema, countSchema),
});
export type DatasetReport = z.infer<typeof datasetReportSchema>;
export type DatasetProblem = DatasetReport['problems'][number];

export const engineSchema = z.strictObject({
  backend: z.string().max(40),
  /** Of the library that computes. */
  version: z.string().max(100),
  /** `processor`, or what the engine calls the GPU. */
  device: z.string().max(100),
  threads: positiveSchema,
  /** Why this engine was taken. */
  reason: z.string().max(200),
});
export type EngineDescription = z.infer<typeof engineSchema>;

export const trainerStudySchema = z.strictObject({
  task: taskSchema,
  geometry: backboneGeometrySchema,
  preprocessing: preprocessingSchema,
  backboneHash: contentHashSchema,
  adapter: adapterConfigSchema,
  /** Trained beside the adapter; its tensors stay in files of this site. */
  privateAdapter: privateAdapterConfigSchema.optional(),
  training: trainingConfigSchema,
  schema: TensorSchemaJson.transform((schema): TensorSchema => schema),
  minSamples: positiveSchema,
});
export type TrainerStudy = z.infer<typeof trainerStudySchema>;

const path = z.string().min(1).max(4096);
const jobId = z.string().min(1).max(128);

/** Where activations of the frozen trunk are kept. */
export const trunkCacheSchema = z.strictObject({
  /** Of this study alone; may be deleted at any time. */
  folder: path,
  /** Holds the folders of all studies of the site, whose sizes count together. */
  quotaFolder: path,
  quotaBytes: countSchema,
  precision: cachePrecisionSchema,
  /** 32 bytes in base64: encrypts the records of this study, and nothing else. */
  key: z.base64().length(44),
});
export type TrunkCache = z.infer<typeof trunkCacheSchema>;

export const openRequestSchema = z.strictObject({
  kind: z.literal('open'),
  studyId: studyIdSchema,
  study: trainerStudySchema,
  dataFolder: path,
  /** Use only the rows whose `site` column has one of these values; all rows when empty. */
  sites: z.array(z.string().min(1).max(256)).max(LIMITS.sitesPerStudy),
  backboneFolder: path,
  cache: trunkCacheSchema,
});
export type OpenRequest = z.infer<typeof openRequestSchema>;

export const trainRequestSchema = z.strictObject({
  kind: z.literal('train'),
  jobId,
  adapterFile: path,
  deltaFile: path,
  /** Of a study with a private adapter: what it starts from; absent before its first training. */
  privateFile: path.optional(),
  /** Of a study with a private adapter: where it is written after the training. */
  privateOutFile: path.optional(),
  roundNo: positiveSchema,
  seed: z.string().min(1).max(512),
});
export type TrainRequest = z.infer<typeof trainRequestSchema>;

export const evaluateRequestSchema = z.strictObject({
  kind: z.literal('evaluate'),
  jobId,
  adapterFile: path,
  /** Of a study with a private adapter; absent where it was never trained. */
  privateFile: path.optional(),
  split: splitSchema,
});
export type EvaluateRequest = z.infer<typeof evaluateRequestSchema>;

/** Needs no study: the features of a frozen backbone, written to a file. */
export const extractRequestSchema = z.strictObject({
  kind: z.literal('extract'),
  jobId,
  dataFolder: path,
  sites: openRequestSchema.shape.sites,
  backboneFolder: path,
  /** What has been computed lies beside it until it is whole. */
  outFile: path,
  /** The folder's own where it is absent, as for `inputPixels`. */
  pool: poolSchema.optional(),
  /** Side of the pictures that the backbone is fed. */
  inputPixels: z.int().min(1).max(4096).optional(),
  /** Pictures that go through the backbone together. */
  batchSize: z.int().min(1).max(1024).optional(),
  /** Fails at the first row that cannot be read instead of leaving it out. */
  strict: z.boolean(),
});
export type ExtractRequest = z.infer<typeof extractRequestSchema>;

/** Needs no study: how fast this machine multiplies. */
export const measureRequestSchema = z.strictObject({ kind: z.literal('measure'), jobId });
export type MeasureRequest = z.infer<typeof measureRequestSchema>;

/** Needs no study: which engine this machine gets, and what else it has. */
export const probeRequestSchema = z.strictObject({ kind: z.literal('probe'), jobId });
export type ProbeRequest = z.infer<typeof probeRequestSchema>;

/** Supervisor to trainer. */
export const trainerRequestSchema = z.discriminatedUnion('kind', [
  openRequestSchema,
  trainRequestSchema,
  evaluateRequestSchema,
  extractRequestSchema,
  measureRequestSchema,
  probeRequestSchema,
]);
export type TrainerRequest = z.infer<typeof trainerRequestSchema>;

export const PHASES = ['features', 'evaluating', 'training'] as const;

export const progressSchema = z.strictObject({
  kind: z.literal('progress'),
  jobId,
  phase: z.enum(PHASES),
  step: countSchema,
  steps: countSchema,
  /** From 0; always 0 outside training. */
  epoch: countSchema,
  /** Mean training loss since the last report. */
  loss: z.number().optional(),
});
export type Progress = z.infer<typeof progressSchema>;

export const openedSchema = z.strictObject({
  kind: z.literal('opened'),
  dataset: datasetReportSchema,
  backbone: backboneDescriptionSchema,
  engine: engineSchema,
  /** Sentences for the site's log, as when the slow engine had to be taken. */
  warnings: z.array(z.string().max(500)).max(10),
});
export type Opened = z.infer<typeof openedSchema>;

export const trainedSchema = z.strictObject({
  kind: z.literal('trained'),
  jobId,
  /** On the validation split; absent when the site has none. */
  before: metricsSchema.optional(),
  after: metricsSchema.optional(),
  /** Training images: the aggregation weight. */
  samples: countSchema,
  wallMs: countSchema,
  engine: engineSchema,
  /** As those of 'opened'; absent where there is nothing to say. */
  warnings: openedSchema.shape.warnings.optional(),
});
export type Trained = z.infer<typeof trainedSchema>;

export const evaluatedSchema = z.strictObject({
  kind: z.literal('evaluated'),
  jobId,
  metrics: metricsSchema,
  warnings: openedSchema.shape.warnings.optional(),
});
export type Evaluated = z.infer<typeof evaluatedSchema>;

export const extractedSchema = z.strictObject({
  kind: z.literal('extracted'),
  jobId,
  /** Rows of labels.csv, and those of them that have a feature. */
  rows: countSchema,
  written: countSchema,
  /** Rows that an earlier run had computed before it ended. */
  resumed: countSchema,
  /** Numbers in one feature. */
  featureSize: positiveSchema,
  pool: z.union([poolSchema, z.literal('neck')]),
  backboneHash: contentHashSchema,
  preprocessingHash: contentHashSchema,
  problems: datasetReportSchema.shape.problems,
  problemCounts: datasetReportSchema.shape.problemCounts,
  engine: engineSchema,
  warnings: openedSchema.shape.warnings,
  wallMs: countSchema,
});
export type Extracted = z.infer<typeof extractedSchema>;

export const measuredSchema = z.strictObject({
  kind: z.literal('measured'),
  jobId,
  /** Floating point operations in a second, in matrix products of the size that transformers have. */
  operationsPerSecond: z.number().positive(),
  engine: engineSchema,
});
export type Measured = z.infer<typeof measuredSchema>;

export const probedSchema = z.strictObject({
  kind: z.literal('probed'),
  jobId,
  engine: engineSchema,
  /** The engines that were not taken, and why. */
  others: z.array(z.strictObject({ engine: z.string().max(40), reason: z.string().max(500) })),
  warnings: openedSchema.shape.warnings,
});
export type Probed = z.infer<typeof probedSchema>;

export const failedSchema = z.strictObject({
  kind: z.literal('failed'),
  jobId: jobId.optional(),
  code: z.custom<ErrorCode>(isErrorCode, 'expected an error code'),
  message: z.string().max(4000),
  /** What was wrong with the data set, when that is why. */
  dataset: datasetReportSchema.optional(),
});
export type Failed = z.infer<typeof failedSchema>;

/** Trainer to supervisor. */
export const trainerReplySchema = z.discriminatedUnion('kind', [
  progressSchema,
  openedSchema,
  trainedSchema,
  evaluatedSchema,
  extractedSchema,
  measuredSchema,
  probedSchema,
  failedSchema,
]);
export type TrainerReply = z.infer<typeof trainerReplySchema>;

/** @throws ConsiliumError 'bad-message' naming the faulty fields, never their values */
export function parseTrainerRequest(value: unknown): TrainerRequest {
  return parse(trainerRequestSchema, value, 'request to the trainer');
}

/** @throws ConsiliumError 'bad-message' naming the faulty fields, never their values */
export function parseTrainerReply(value: unknown): TrainerReply {
  return parse(trainerReplySchema, value, 'reply of the trainer');
}

function parse<T>(schema: z.ZodType<T>, value: unknown, title: string): T {
  const result = schema.safeParse(value);
  if (result.success) {
    return result.data;
  }
  const fields = result.error.issues.map(({ path, code }) => `${path.join('.')} (${code})`);
  throw new ConsiliumError('bad-message', `${title}: ${fields.slice(0, 5).join(', ')}`);
}
