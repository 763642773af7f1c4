/** `sam` of transformers and its encoder alone, `sam_vision_model` (transformers 5.18): models.md 1a and 1b. */
import { z } from 'zod';
import { MOST_BLOCKS, type SamGeometry } from '@consilium/shared/protocol';
import { parseConfiguration } from '../files/configuration.js';
import { CONFIG_FILE } from '../files/model-files.js';
import { count, modelTypeOf, sizesOf, visionFields } from './hugging-face-fields.js';
import type { Layout, ModelFiles } from './layout.js';
import type { NameTable } from './name-table.js';
import { SAM_BLOCK, SAM_IGNORED, samPlaces } from './sam-places.js';

/** Defaults of SamVisionConfig. */
const visionSchema = z.object({
  ...visionFields({ patchSize: 16, imageSize: 1024, activation: 'gelu', epsilon: 1e-6 }),
  output_channels: count.default(256),
  qkv_bias: z.boolean().default(true),
  mlp_ratio: z.number().positive().default(4),
  use_abs_pos: z.boolean().default(true),
  use_rel_pos: z.boolean().default(true),
  window_size: count.default(14),
  global_attn_indexes: z.array(z.int().min(0)).max(MOST_BLOCKS).default([2, 5, 8, 11]),
  mlp_dim: count.nullish(),
});

const wholeSchema = z.object({ vision_config: visionSchema.prefault({}) });

const NAMES: NameTable = {
  whole: {
    patch: 'patch_embed.projection',
    positions: 'pos_embed',
    'neck.first.weight': 'neck.conv1.weight',
    'neck.first-norm': 'neck.layer_norm1',
    'neck.second.weight': 'neck.conv2.weight',
    'neck.second-norm': 'neck.layer_norm2',
  },
  blockPrefix: (block) => `layers.${block}.`,
  block: { ...SAM_BLOCK, 'norm-attention': 'layer_norm1', 'norm-mlp': 'layer_norm2' },
};

export const huggingFaceSam: Layout = {
  title: 'transformers sam',
  recognises: (files) => ['sam', 'sam_vision_model'].includes(String(modelTypeOf(files))),
  geometry: samGeometry,
  prefixes: ['vision_encoder.', ''],
  ignored: SAM_IGNORED,
  places: (geometry) => samPlaces(geometry, NAMES),
};

function samGeometry(files: ModelFiles): SamGeometry {
  const vision =
    modelTypeOf(files) === 'sam'
      ? parseConfiguration(CONFIG_FILE, files.config, wholeSchema).vision_config
      : parseConfiguration(CONFIG_FILE, files.config, visionSchema);
  return {
    architecture: 'sam',
    ...sizesOf(vision),
    mlpSize: vision.mlp_dim ?? Math.trunc(vision.hidden_size * vision.mlp_ratio),
    channels: 3,
    activation: vision.hidden_act,
    windowSize: vision.window_size,
    globalBlocks: globalBlocks(vision.global_attn_indexes, vision.num_hidden_layers),
    absolutePositions: vision.use_abs_pos,
    relativePositions: vision.use_rel_pos,
    qkvBias: vision.qkv_bias,
    neckSize: vision.output_channels,
  };
}

/** Ascending, each once: the file is free to name a block twice, or one that the model lacks. */
function globalBlocks(indices: readonly number[], layers: number): number[] {
  return [...new Set(indices)].filter((block) => block < layers).sort((a, b) => a - b);
}
