/** What a study trains and on which backbone: the terms that coordinator, agent and verifier agree on. models.md layouts, PEFT defaults. */
import { z } from 'zod';
import { contentHashSchema, floatBitsSchema, positiveSchema } from './scalars.js';

/** The linear layers of a transformer block that LoRA may adapt, in the order of their tensors. */
export const LORA_TARGETS = [
  'query',
  'key',
  'value',
  'attention-output',
  'mlp-up',
  'mlp-down',
] as const;

export const loraTargetSchema = z.enum(LORA_TARGETS);
export type LoraTarget = z.infer<typeof loraTargetSchema>;

/** Far above any transformer; bounds what a stranger's document can make a reader do. */
const MOST_BLOCKS = 1000;

export const adapterConfigSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('linear-head') }),
  z.strictObject({
    kind: z.literal('lora'),
    rank: z.int().min(1).max(256),
    alpha: z.int().min(1).max(4096),
    targets: z.array(loraTargetSchema).min(1).max(LORA_TARGETS.length),
    /** Indices of the adapted blocks, ascending. */
    blocks: z.array(z.int().min(0)).min(1).max(MOST_BLOCKS),
  }),
]);
export type AdapterConfig = z.infer<typeof adapterConfigSchema>;

export const backboneGeometrySchema = z.strictObject({
  layout: z.literal('vit'),
  hiddenSize: positiveSchema,
  layers: positiveSchema,
  heads: positiveSchema,
  mlpSize: positiveSchema,
  imageSize: positiveSchema,
  patchSize: positiveSchema,
  channels: z.literal(3),
  activation: z.literal('gelu'),
  layerNormEps: floatBitsSchema,
  qkvBias: z.boolean(),
});
export type BackboneGeometry = z.infer<typeof backboneGeometrySchema>;

export const preprocessingSchema = z.strictObject({
  /** Side of the square, in pixels, that a picture is squashed to. */
  size: positiveSchema,
  resample: z.enum(['nearest', 'bilinear', 'bicubic']),
  rescale: floatBitsSchema,
  mean: z.array(floatBitsSchema).length(3),
  std: z.array(floatBitsSchema).length(3),
});
export type Preprocessing = z.infer<typeof preprocessingSchema>;

export const backboneDescriptionSchema = z.strictObject({
  /** Hash of the tensors (not of the file): see section 3 of the protocol. */
  hash: contentHashSchema,
  geometry: backboneGeometrySchema,
  preprocessing: preprocessingSchema,
  parameters: positiveSchema,
});
export type BackboneDescription = z.infer<typeof backboneDescriptionSchema>;

export const taskSchema = z.strictObject({
  kind: z.literal('classification'),
  classes: z.array(z.string().min(1).max(64)).min(2).max(1000),
});
export type Task = z.infer<typeof taskSchema>;
