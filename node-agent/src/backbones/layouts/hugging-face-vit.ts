/** `vit` of transformers, in 4.x and 5.x, which write the same files: models.md 1a and 1b. */
import { z } from 'zod';
import { PLAIN_VIT, type VitGeometry } from '@consilium/shared/protocol';
import { parseConfiguration } from '../files/configuration.js';
import { CONFIG_FILE } from '../files/model-files.js';
import { count, modelTypeOf, sizesOf, visionFields } from './hugging-face-fields.js';
import type { Layout } from './layout.js';
import { placesOf, type NameTable } from './name-table.js';

/** Defaults of ViTConfig and ViTMAEConfig. */
const fields = {
  ...visionFields({ patchSize: 16, activation: 'gelu', epsilon: 1e-12 }),
  intermediate_size: count.default(3072),
  qkv_bias: z.boolean().default(true),
};

export const VIT_NAMES: NameTable = {
  whole: {
    patch: 'embeddings.patch_embeddings.projection',
    'class-token': { tensor: 'embeddings.cls_token', ones: 2 },
    positions: { tensor: 'embeddings.position_embeddings', ones: 1 },
    norm: 'layernorm',
  },
  blockPrefix: (block) => `encoder.layer.${block}.`,
  block: {
    'norm-attention': 'layernorm_before',
    query: 'attention.attention.query',
    key: 'attention.attention.key',
    value: 'attention.attention.value',
    'attention-output': 'attention.output.dense',
    'norm-mlp': 'layernorm_after',
    'mlp-up': 'intermediate.dense',
    'mlp-down': 'output.dense',
  },
};

/** The feature is the class token after the last norm; the pooler that ViTModel adds was trained by few checkpoints. */
export const huggingFaceVit: Layout = {
  title: 'transformers vit',
  recognises: (files) => modelTypeOf(files) === 'vit',
  geometry: ({ config }) => vitGeometry('vit', config),
  prefixes: ['', 'vit.'],
  ignored: /^(pooler|classifier|decoder)\.|^embeddings\.mask_token$/,
  places: (geometry) => placesOf(geometry, VIT_NAMES),
};

/** @throws ConsiliumError 'bad-backbone' naming every key that is missing or not supported */
export function vitGeometry(modelType: 'vit' | 'vit_mae', config: unknown): VitGeometry {
  const schema = z.object({ model_type: z.literal(modelType), ...fields });
  const parsed = parseConfiguration(CONFIG_FILE, config, schema);
  const { qkv_bias: bias } = parsed;
  return {
    ...PLAIN_VIT,
    ...sizesOf(parsed),
    mlpSize: parsed.intermediate_size,
    activation: parsed.hidden_act,
    biases: { ...PLAIN_VIT.biases, query: bias, key: bias, value: bias },
  };
}
