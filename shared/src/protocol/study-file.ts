/**
 * The study file as an operator writes it, and the step from it to the study protocol. All faults are reported in one
 * message with path and expectation. architecture.md section 5.
 */
import { z } from 'zod';
import { ConsiliumError, isConsiliumError, type ContentHash } from '../vocabulary/index.js';
import { encodeFloat, isWellFormed } from '../encoding/index.js';
import { schemaHash, TensorSchemaJson, type TensorSchema } from '../tensors/index.js';
import { taskSchema } from './adapter-config.js';
import { adapterSchema, privateAdapterSchema } from './adapter-schema.js';
import type { BackboneDescription } from './backbone-geometry.js';
import { contentHashSchema, siteIdSchema, studyIdSchema } from './scalars.js';
import {
  adapterFileSchema,
  privateAdapterFileSchema,
  resolveAdapter,
  resolvePrivateAdapter,
} from './study-file-adapter.js';
import { acceptanceFileSchema, resolveAcceptance } from './study-file-acceptance.js';
import { groupFaults } from './secure-groups.js';
import { privacyFileSchema, secureFaults } from './study-file-privacy.js';
import { studyProtocolSchema, type StudyProtocol } from './study-protocol.js';

const rate = z.number().positive().finite();
const nonNegative = z.number().min(0).finite();

const EACH_ONCE = 'must name each one once';
const WELL_FORMED = 'must not hold half a surrogate pair';

/** Text that has a canonical form, since it is hashed and signed. */
const textUpTo = (length: number) =>
  z.string().min(1).max(length).refine(isWellFormed, WELL_FORMED);

const isDistinct = (values: readonly string[]) => new Set(values).size === values.length;

/** Below it the scale of the fixed-point form (protocol section 4) would no longer be a whole number in binary64. */
const SMALLEST_UPDATE_RANGE = 2 ** -22;

const durationSchema = z
  .string()
  .regex(/^[1-9][0-9]{0,5}(ms|s|m|h)$/, 'must be a duration such as 500ms, 30s, 10m or 2h')
  .transform((text) => {
    const unit = text.replace(/[0-9]+/, '');
    const factor = unit === 'ms' ? 1 : unit === 's' ? 1000 : unit === 'm' ? 60_000 : 3_600_000;
    return Number.parseInt(text, 10) * factor;
  });

const optimizerFileSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('adamw'),
    learningRate: rate,
    weightDecay: nonNegative.default(0.01),
    beta1: z.number().min(0).lt(1).default(0.9),
    beta2: z.number().min(0).lt(1).default(0.999),
    epsilon: rate.default(1e-8),
  }),
  z.strictObject({
    kind: z.literal('sgd'),
    learningRate: rate,
    momentum: z.number().min(0).lt(1).default(0),
    weightDecay: nonNegative.default(0),
  }),
]);

const participationFileSchema = z
  .strictObject({
    minSites: z.int().min(2).max(1000),
    minSamples: z.int().min(1).default(10),
    sites: z
      .union(
        [z.literal('all'), z.array(siteIdSchema).min(1).max(1000).refine(isDistinct, EACH_ONCE)],
        {
          error: 'must be all or a list of site ids',
        },
      )
      .default('all'),
    advertDeadline: durationSchema.default(60_000),
    roundDeadline: durationSchema.default(1_800_000),
    maxAttempts: z.int().min(1).max(100).default(3),
  })
  .refine(({ minSites, sites }) => sites === 'all' || minSites <= sites.length, {
    path: ['minSites'],
    error: 'must not be more than the sites that are listed',
  });

const studyFileFields = z.strictObject({
  study: studyIdSchema,
  title: textUpTo(200),
  task: taskSchema
    .refine(({ classes }) => isDistinct(classes), { path: ['classes'], error: EACH_ONCE })
    .refine(({ classes }) => classes.every(isWellFormed), {
      path: ['classes'],
      error: WELL_FORMED,
    }),
  backbone: contentHashSchema,
  adapter: adapterFileSchema,
  /** Trained beside the shared adapter at each site, and never sent. */
  privateAdapter: privateAdapterFileSchema.optional(),
  training: z.strictObject({
    rounds: z.int().min(1).max(10_000),
    localEpochs: z.int().min(1).max(1000).default(1),
    batchSize: z.int().min(1).max(4096).default(16),
    optimizer: optimizerFileSchema,
    schedule: z
      .discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('constant') }),
        z.strictObject({ kind: z.literal('cosine'), warmupSteps: z.int().min(0).default(0) }),
      ])
      .default({ kind: 'constant' }),
    classWeights: z.enum(['none', 'balanced']).default('none'),
    algorithm: z.strictObject({ kind: z.literal('fedavg') }).default({ kind: 'fedavg' }),
    updateRange: z.number().min(SMALLEST_UPDATE_RANGE).max(1000).default(1),
    clipNorm: rate.optional(),
  }),
  privacy: privacyFileSchema,
  acceptance: acceptanceFileSchema,
  participation: participationFileSchema,
  seed: z
    .union([z.int().min(0), textUpTo(128)], {
      error: 'must be a whole number from 0 or a text of 1 to 128 characters',
    })
    .optional(),
});

export const studyFileSchema = studyFileFields.superRefine((file, context) => {
  for (const { field, message } of secureFaults(file.privacy, file.participation)) {
    context.addIssue({ code: 'custom', path: ['participation', field], message });
  }
  for (const { path, message } of groupFaults(file.privacy, file.participation)) {
    context.addIssue({ code: 'custom', path: [...path], message });
  }
});
export type StudyFile = z.infer<typeof studyFileSchema>;

/** What is wrong with a field, for whoever filled it in. */
export interface StudyFileFault {
  /** Of the field, from the top of the file; empty when the file as a whole is wrong. */
  readonly path: readonly string[];
  readonly message: string;
}

/** Every fault of the parsed YAML or JSON by itself, whatever backbone it names; none when it is a study file. */
export function studyFileFaults(value: unknown): StudyFileFault[] {
  const result = studyFileSchema.safeParse(value);
  return result.success ? [] : faultsOf(result.error);
}

/** @param value the parsed YAML or JSON. @throws ConsiliumError `bad-study-file` that lists every fault with its path. */
export function parseStudyFile(value: unknown): StudyFile {
  const result = studyFileSchema.safeParse(value);
  if (!result.success) {
    const faults = faultsOf(result.error).map(
      ({ path, message }) => `${placeOf(path)}: ${message}`,
    );
    throw new ConsiliumError(
      'bad-study-file',
      `the study file has ${faults.length} fault${faults.length === 1 ? '' : 's'}:\n  ${faults.join('\n  ')}`,
    );
  }
  return result.data;
}

function faultsOf({ issues }: z.ZodError): StudyFileFault[] {
  return issues.map(({ path, message }) => ({ path: path.map(String), message }));
}

function placeOf(path: readonly string[]): string {
  return path.length === 0 ? '(whole file)' : path.join('.');
}

/**
 * Resolves a study file against the backbone it names.
 * @param seed what the protocol uses when the file names no seed. @throws ConsiliumError `bad-study-file`.
 */
export function toStudyProtocol(
  file: StudyFile,
  backbone: BackboneDescription,
  seed: string,
): StudyProtocol {
  if (backbone.hash !== file.backbone) {
    throw new ConsiliumError(
      'bad-study-file',
      `backbone: the study names ${file.backbone}, the description is of ${backbone.hash}`,
    );
  }
  const { geometry } = backbone;
  const { training, participation } = file;
  const acceptance = resolveAcceptance(file.acceptance, training.clipNorm);
  const adapter = resolveAdapter(file.adapter, geometry);
  const plan = { geometry, adapter, task: file.task, updateRange: training.updateRange };
  const ownAdapter =
    file.privateAdapter === undefined
      ? undefined
      : resolvePrivateAdapter(file.privateAdapter, geometry);
  if (ownAdapter !== undefined) {
    requireSchema(() => privateAdapterSchema({ ...plan, adapter: ownAdapter }));
  }
  return studyProtocolSchema.parse({
    v: 1,
    studyId: file.study,
    title: file.title,
    task: file.task,
    backbone,
    adapter,
    ...(ownAdapter === undefined ? {} : { privateAdapter: ownAdapter }),
    training: {
      rounds: training.rounds,
      localEpochs: training.localEpochs,
      batchSize: training.batchSize,
      optimizer: floatsEncoded(training.optimizer),
      schedule: training.schedule,
      classWeights: training.classWeights,
      algorithm: training.algorithm,
      updateRange: encodeFloat(training.updateRange),
      ...(training.clipNorm === undefined ? {} : { clipNorm: encodeFloat(training.clipNorm) }),
    },
    privacy: file.privacy,
    ...(acceptance === undefined ? {} : { acceptance }),
    participation: {
      minSites: participation.minSites,
      minSamples: participation.minSamples,
      sites: participation.sites,
      advertDeadlineMs: participation.advertDeadline,
      roundDeadlineMs: participation.roundDeadline,
      maxAttempts: participation.maxAttempts,
    },
    seed: file.seed === undefined ? seed : String(file.seed),
    schemaHash: schemaHash(requireSchema(() => adapterSchema(plan))) satisfies ContentHash,
  });
}

/** An adapter that the backbone cannot carry, or beyond the limits, is refused before any site approves a study that cannot run. */
function requireSchema(make: () => TensorSchema): TensorSchema {
  const result = TensorSchemaJson.safeParse(madeOrRefused(make));
  if (!result.success) {
    const faults = result.error.issues.map(({ message }) => message);
    throw new ConsiliumError('bad-study-file', `adapter: ${faults.join('; ')}`);
  }
  return result.data;
}

function madeOrRefused(make: () => TensorSchema): TensorSchema {
  try {
    return make();
  } catch (error) {
    if (isConsiliumError(error)) {
      throw new ConsiliumError('bad-study-file', error.message, { cause: error });
    }
    throw error;
  }
}

function floatsEncoded(values: Readonly<Record<string, string | number>>): object {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      typeof value === 'number' ? encodeFloat(value) : value,
    ]),
  );
}
