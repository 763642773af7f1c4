/**
 * A backbone as coordinator, agent and verifier speak of it: its geometry, how a picture becomes its input, and its hash. The
 * geometry says what is computed, not how a file names its tensors: two files with the same weights are the same backbone.
 */
import { z } from 'zod';
import { inputSize, preprocessingSchema } from './backbone-preprocessing.js';
import { floatsThat, positiveFloatSchema } from './float-ranges.js';
import { contentHashSchema, countSchema, positiveSchema } from './scalars.js';

/** Far above any transformer; these bound what a stranger's document can make a reader do. */
export const MOST_BLOCKS = 1000;
const MOST_REGISTERS = 256;
const MOST_WIDTH = 65_536;

/** Features of a token, or pixels on a side. */
const width = positiveSchema.max(MOST_WIDTH);

const common = {
  hiddenSize: width,
  layers: positiveSchema.max(MOST_BLOCKS),
  heads: width,
  /** Width inside the feed-forward layers; for `swiglu` that of one half. */
  mlpSize: width,
  /** Side of the picture that the position table was made for, in pixels. */
  imageSize: width,
  patchSize: width,
  channels: z.literal(3),
  layerNormEps: floatsThat('must be above 0 and at most 1', (value) => value > 0 && value <= 1),
};

/** `gelu` is the exact one, with the error function; `quick-gelu` is x * sigmoid(1.702 x). */
export const activationSchema = z.enum(['gelu', 'gelu-tanh', 'quick-gelu', 'silu']);
export type Activation = z.infer<typeof activationSchema>;

/** How a position table is resampled to another grid; each library has its own way (models.md 1c). */
export const positionInterpolationSchema = z.enum([
  /** Bicubic, a = -0.75, half-pixel centres, no antialiasing: transformers. */
  'bicubic',
  /** Bicubic, a = -0.5, the filter widened when the grid shrinks: PyTorch's antialiased one, in timm and models with registers. */
  'bicubic-antialiased',
  /** The original DINOv2 code: sampled at the scale (grid + 0.1) / table. */
  'bicubic-offset',
]);
export type PositionInterpolation = z.infer<typeof positionInterpolationSchema>;

export const positionsSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('table'),
    /** Tokens that have a place in the table: in this order class token, registers, patches. */
    covers: z.enum(['patches', 'class-and-patches', 'all']),
    interpolation: positionInterpolationSchema,
  }),
  /** Queries and keys of patches are turned by their place (DINOv3). */
  z.strictObject({ kind: z.literal('rotary'), theta: positiveFloatSchema }),
]);
export type Positions = z.infer<typeof positionsSchema>;

/** What one feature is made of: the class token, the mean of the patches, both one after the other, or an attention pool. */
export const poolSchema = z.enum(['class', 'mean', 'class-and-mean', 'attention']);
export type Pool = z.infer<typeof poolSchema>;

type Sizes = Readonly<Record<'hiddenSize' | 'heads' | 'imageSize' | 'patchSize', number>>;

const hasWholeHeads = ({ hiddenSize, heads }: Sizes): boolean => hiddenSize % heads === 0;
const WHOLE_HEADS = { path: ['heads'], error: 'must divide hiddenSize' };

const hasOnePatch = ({ imageSize, patchSize }: Sizes): boolean => patchSize <= imageSize;
const ONE_PATCH = { path: ['patchSize'], error: 'must not be above imageSize' };

/** Sine and cosine of rows and of columns: Simeoni et al. 2025 (DINOv3). */
const ROTARY_PARTS = 4;

/** A vision transformer (Dosovitskiy et al. 2020) with the options of its descendants. */
export const vitGeometrySchema = z
  .strictObject({
    architecture: z.literal('vit'),
    ...common,
    activation: activationSchema,
    feedForward: z.enum(['mlp', 'swiglu']),
    patchBias: z.boolean(),
    classToken: z.boolean(),
    registers: countSchema.max(MOST_REGISTERS),
    positions: positionsSchema,
    /** A norm between the embedding and the first block (CLIP). */
    preNorm: z.boolean(),
    biases: z.strictObject({
      query: z.boolean(),
      key: z.boolean(),
      value: z.boolean(),
      attentionOutput: z.boolean(),
      mlp: z.boolean(),
    }),
    /** Queries and keys are normalised head by head. */
    queryKeyNorm: z.boolean(),
    layerScale: z.boolean(),
    /** Where the last norm stands: on every token, on the pooled feature (plain: without scale and shift), or nowhere. */
    finalNorm: z.enum(['tokens', 'pooled', 'pooled-plain', 'none']),
    pool: poolSchema,
    /** Width inside the feed-forward layers of the attention pool, if the model has one. */
    attentionPoolMlpSize: width.optional(),
    /** Width of a last linear layer without bias (CLIP's projection), if the model has one. */
    projectionSize: width.optional(),
  })
  .refine(({ pool, classToken }) => classToken || (pool !== 'class' && pool !== 'class-and-mean'), {
    path: ['pool'],
    error: 'must be mean or attention where there is no class token',
  })
  .refine(
    ({ pool, attentionPoolMlpSize }) => pool !== 'attention' || attentionPoolMlpSize !== undefined,
    {
      path: ['pool'],
      error: 'must not be attention where the model has no attention pool',
    },
  )
  .refine(hasWholeHeads, WHOLE_HEADS)
  .refine(
    ({ positions, hiddenSize, heads }) =>
      positions.kind === 'table' || (hiddenSize / heads) % ROTARY_PARTS === 0,
    { path: ['heads'], error: 'must leave a multiple of 4 features a head, which rotary needs' },
  )
  .refine(hasOnePatch, ONE_PATCH);
export type VitGeometry = z.infer<typeof vitGeometrySchema>;

/** The options of the plain transformer of Dosovitskiy et al., which its descendants change. */
export const PLAIN_VIT = {
  architecture: 'vit',
  channels: 3,
  activation: 'gelu',
  feedForward: 'mlp',
  patchBias: true,
  classToken: true,
  registers: 0,
  positions: { kind: 'table', covers: 'class-and-patches', interpolation: 'bicubic' },
  preNorm: false,
  biases: { query: true, key: true, value: true, attentionOutput: true, mlp: true },
  queryKeyNorm: false,
  layerScale: false,
  finalNorm: 'tokens',
  pool: 'class',
} as const satisfies Partial<VitGeometry>;

function isAscending(blocks: readonly number[]): boolean {
  return blocks.every((block, i) => i === 0 || (blocks[i - 1] ?? block) < block);
}

/** The image encoder of Segment Anything (Kirillov et al. 2023): windows, relative positions and a neck; no class token. */
export const samGeometrySchema = z
  .strictObject({
    architecture: z.literal('sam'),
    ...common,
    activation: activationSchema,
    /** Patches on a side of an attention window; blocks of `globalBlocks` attend to the whole picture. */
    windowSize: width,
    globalBlocks: z.array(countSchema).max(MOST_BLOCKS).refine(isAscending, {
      error: 'must be ascending, each block once',
    }),
    absolutePositions: z.boolean(),
    relativePositions: z.boolean(),
    qkvBias: z.boolean(),
    /** Channels of the neck, whose mean over the picture is the feature. */
    neckSize: width,
  })
  .refine(hasWholeHeads, WHOLE_HEADS)
  .refine(hasOnePatch, ONE_PATCH)
  .refine(({ globalBlocks, layers }) => globalBlocks.every((block) => block < layers), {
    path: ['globalBlocks'],
    error: 'must name blocks below layers',
  });
export type SamGeometry = z.infer<typeof samGeometrySchema>;

export const backboneGeometrySchema = z.discriminatedUnion('architecture', [
  vitGeometrySchema,
  samGeometrySchema,
]);
export type BackboneGeometry = z.infer<typeof backboneGeometrySchema>;

export const backboneDescriptionSchema = z
  .strictObject({
    /** Hash of the parameters, whatever file they came in: section 3 of the protocol. */
    hash: contentHashSchema,
    geometry: backboneGeometrySchema,
    preprocessing: preprocessingSchema,
    parameters: positiveSchema,
    /** Id of the model in the catalogue, if it is a known one. */
    model: z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]{0,63}$/, 'expected an id of the catalogue')
      .optional(),
  })
  .refine(
    ({ geometry, preprocessing }) => {
      const { height, width: across } = inputSize(preprocessing);
      return Math.min(height, across) >= geometry.patchSize;
    },
    { path: ['preprocessing'], error: 'must make pictures of at least one patch' },
  );
export type BackboneDescription = z.infer<typeof backboneDescriptionSchema>;

/** Numbers in one feature: what a head reads. */
export function featureSize(geometry: BackboneGeometry): number {
  switch (geometry.architecture) {
    case 'vit': {
      const pooled = geometry.hiddenSize * (geometry.pool === 'class-and-mean' ? 2 : 1);
      return geometry.projectionSize ?? pooled;
    }
    case 'sam':
      return geometry.neckSize;
  }
}
