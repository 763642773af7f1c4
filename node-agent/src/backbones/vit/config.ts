/** Hugging Face's config.json of a `vit` model. */
import { z } from 'zod';
import { encodeFloat } from '@consilium/shared/encoding';
import type { BackboneGeometry } from '@consilium/shared/protocol';
import { badConfiguration, readConfigurationFile } from '../configuration-file.js';

const FILE = 'config.json';

const count = z.int().min(1).max(65_536);

/** A number, or the same number for both sides. */
const squareSide = z.union([
  count,
  z
    .array(count)
    .length(2)
    .refine(([a, b]) => a === b, 'expected a square')
    .transform(([a]) => a as number),
]);

/** Defaults of ViTConfig in transformers 5. */
const vitConfigSchema = z.object({
  model_type: z.literal('vit'),
  hidden_size: count.default(768),
  num_hidden_layers: count.default(12),
  num_attention_heads: count.default(12),
  intermediate_size: count.default(3072),
  hidden_act: z.literal('gelu', 'expected gelu, the exact one').default('gelu'),
  layer_norm_eps: z.number().positive().max(1).default(1e-12),
  image_size: squareSide.default(224),
  patch_size: squareSide.default(16),
  num_channels: z.literal(3, 'expected 3').default(3),
  qkv_bias: z.boolean().default(true),
});

/** @throws ConsiliumError 'bad-backbone' for a file that is missing, broken or describes another model */
export async function readVitConfig(folder: string): Promise<BackboneGeometry> {
  const config = await readConfigurationFile(folder, FILE, vitConfigSchema);
  if (config.hidden_size % config.num_attention_heads !== 0) {
    throw badConfiguration(FILE, 'hidden_size must be a multiple of num_attention_heads');
  }
  if (config.image_size % config.patch_size !== 0) {
    throw badConfiguration(FILE, 'image_size must be a multiple of patch_size');
  }
  return {
    layout: 'vit',
    hiddenSize: config.hidden_size,
    layers: config.num_hidden_layers,
    heads: config.num_attention_heads,
    mlpSize: config.intermediate_size,
    imageSize: config.image_size,
    patchSize: config.patch_size,
    channels: config.num_channels,
    activation: config.hidden_act,
    layerNormEps: encodeFloat(config.layer_norm_eps),
    qkvBias: config.qkv_bias,
  };
}
