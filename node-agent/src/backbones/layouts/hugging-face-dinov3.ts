/** `dinov3_vit` of transformers (Siméoni et al. 2025, arXiv 2508.10104): registers, rotary positions, biases one by one. */
import { z } from 'zod';
import { encodeFloat } from '@consilium/shared/encoding';
import { PLAIN_VIT, type VitGeometry } from '@consilium/shared/protocol';
import { parseConfiguration } from '../files/configuration.js';
import { CONFIG_FILE } from '../files/model-files.js';
import {
  activation,
  count,
  modelTypeOf,
  normEpsilon,
  registerCount,
  sizesOf,
  squareSide,
  threeChannels,
} from './hugging-face-fields.js';
import type { Layout } from './layout.js';
import { placesOf, type NameTable } from './name-table.js';

/** Defaults of DINOv3ViTConfig. `pos_embed_rescale`, `_shift` and `_jitter` change places while the model is pretrained only. */
const schema = z.object({
  model_type: z.literal('dinov3_vit'),
  hidden_size: count.default(384),
  num_hidden_layers: count.default(12),
  num_attention_heads: count.default(6),
  intermediate_size: count.default(1536),
  hidden_act: activation.default('gelu'),
  layer_norm_eps: normEpsilon.default(1e-5),
  rope_theta: z.number().positive().default(100),
  image_size: squareSide.default(224),
  patch_size: squareSide.default(16),
  num_channels: threeChannels,
  query_bias: z.boolean().default(true),
  key_bias: z.boolean().default(false),
  value_bias: z.boolean().default(true),
  proj_bias: z.boolean().default(true),
  mlp_bias: z.boolean().default(true),
  use_gated_mlp: z.boolean().default(false),
  num_register_tokens: registerCount.default(0),
});

const NAMES: NameTable = {
  whole: {
    patch: 'embeddings.patch_embeddings',
    'class-token': { tensor: 'embeddings.cls_token', ones: 2 },
    registers: { tensor: 'embeddings.register_tokens', ones: 1 },
    norm: 'norm',
  },
  blockPrefix: (block) => `layer.${block}.`,
  block: {
    'norm-attention': 'norm1',
    query: 'attention.q_proj',
    key: 'attention.k_proj',
    value: 'attention.v_proj',
    'attention-output': 'attention.o_proj',
    'scale-attention': 'layer_scale1.lambda1',
    'norm-mlp': 'norm2',
    'mlp-gate': 'mlp.gate_proj',
    'mlp-up': 'mlp.up_proj',
    'mlp-down': 'mlp.down_proj',
    'scale-mlp': 'layer_scale2.lambda1',
  },
};

export const huggingFaceDinov3: Layout = {
  title: 'transformers dinov3_vit',
  recognises: (files) => modelTypeOf(files) === 'dinov3_vit',
  geometry: ({ config }) => geometryOf(config),
  prefixes: ['', 'model.'],
  /** A model without registers stores an empty tensor of them. */
  ignored: /^classifier\.|^embeddings\.(mask_token|register_tokens)$/,
  places: (geometry) => placesOf(geometry, NAMES),
};

function geometryOf(config: unknown): VitGeometry {
  const parsed = parseConfiguration(CONFIG_FILE, config, schema);
  return {
    ...PLAIN_VIT,
    ...sizesOf(parsed, 4), // pairs of features for each of two directions
    mlpSize: parsed.intermediate_size,
    activation: parsed.hidden_act,
    feedForward: parsed.use_gated_mlp ? 'swiglu' : 'mlp',
    registers: parsed.num_register_tokens,
    positions: { kind: 'rotary', theta: encodeFloat(parsed.rope_theta) },
    biases: {
      query: parsed.query_bias,
      key: parsed.key_bias,
      value: parsed.value_bias,
      attentionOutput: parsed.proj_bias,
      mlp: parsed.mlp_bias,
    },
    layerScale: true,
  };
}
