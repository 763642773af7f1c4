/**
 * The vision tower of `siglip` of transformers (Zhai et al. 2023, arXiv 2303.15343), alone or beside its text tower: no class
 * token; the feature is what its attention pool makes of all tokens, or their mean where the file has no such head.
 */
import { z } from 'zod';
import { PLAIN_VIT, type VitGeometry } from '@consilium/shared/protocol';
import { parseConfiguration } from '../files/configuration.js';
import { CONFIG_FILE } from '../files/model-files.js';
import { modelTypeOf, sizesOf } from './hugging-face-fields.js';
import { TOWER_BLOCKS, towerSchema } from './hugging-face-towers.js';
import type { Layout, TensorHeading } from './layout.js';
import { placesOf, type NameTable } from './name-table.js';

/** Defaults of SiglipVisionConfig. */
const visionSchema = towerSchema({ patchSize: 16, activation: 'gelu-tanh', epsilon: 1e-6 });

const schema = z.discriminatedUnion('model_type', [
  visionSchema.extend({ model_type: z.literal('siglip_vision_model') }),
  z.object({ model_type: z.literal('siglip'), vision_config: visionSchema }),
]);

/** The three projections of torch.nn.MultiheadAttention stand in one tensor. */
function stacked(index: number, suffix: 'weight' | 'bias') {
  return { tensor: `head.attention.in_proj_${suffix}`, part: { index, parts: 3 } };
}

const NAMES: NameTable = {
  whole: {
    patch: 'embeddings.patch_embedding',
    positions: 'embeddings.position_embedding.weight',
    norm: 'post_layernorm',
    'pool.probe': { tensor: 'head.probe', ones: 2 },
    'pool.query.weight': stacked(0, 'weight'),
    'pool.query.bias': stacked(0, 'bias'),
    'pool.key.weight': stacked(1, 'weight'),
    'pool.key.bias': stacked(1, 'bias'),
    'pool.value.weight': stacked(2, 'weight'),
    'pool.value.bias': stacked(2, 'bias'),
    'pool.attention-output': 'head.attention.out_proj',
    'pool.norm': 'head.layernorm',
    'pool.mlp-up': 'head.mlp.fc1',
    'pool.mlp-down': 'head.mlp.fc2',
  },
  ...TOWER_BLOCKS,
};

export const huggingFaceSiglip: Layout = {
  title: 'transformers siglip',
  recognises: (files) =>
    ['siglip', 'siglip_vision_model'].some((type) => modelTypeOf(files) === type),
  geometry: ({ config }, tensors) => geometryOf(config, tensors),
  prefixes: ['', 'vision_model.'],
  ignored: /^(text_model|classifier)\.|^logit_(scale|bias)$|^embeddings\.position_ids$/,
  places: (geometry) => placesOf(geometry, NAMES),
};

function geometryOf(config: unknown, tensors: readonly TensorHeading[]): VitGeometry {
  const parsed = parseConfiguration(CONFIG_FILE, config, schema);
  const vision = parsed.model_type === 'siglip' ? parsed.vision_config : parsed;
  const hasHead = tensors.some(({ name }) => /^(vision_model\.)?head\.probe$/.test(name));
  return {
    ...PLAIN_VIT,
    ...sizesOf(vision),
    mlpSize: vision.intermediate_size,
    activation: vision.hidden_act,
    classToken: false,
    positions: { kind: 'table', covers: 'patches', interpolation: 'bicubic' },
    ...(hasHead
      ? { pool: 'attention', attentionPoolMlpSize: vision.intermediate_size }
      : { pool: 'mean' }),
  };
}
