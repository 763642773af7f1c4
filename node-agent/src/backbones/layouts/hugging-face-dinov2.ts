/** `dinov2` of transformers (Oquab et al. 2023, arXiv 2304.07193): models.md 1a and 1b. */
import { z } from 'zod';
import { PLAIN_VIT, type BackboneGeometry, type VitGeometry } from '@consilium/shared/protocol';
import { parseConfiguration } from '../files/configuration.js';
import { CONFIG_FILE } from '../files/model-files.js';
import { modelTypeOf, sizesOf, visionFields } from './hugging-face-fields.js';
import type { Layout, ParameterPlace } from './layout.js';
import { placesOf, type NameTable } from './name-table.js';

/** Defaults of Dinov2Config beside those of `visionFields`. */
const fields = {
  mlp_ratio: z.number().positive().max(64).default(4),
  qkv_bias: z.boolean().default(true),
  use_swiglu_ffn: z.boolean().default(false),
};

/** For both feed-forward layers; a gated one holds gate and value in one tensor, the gate first. */
function namesOf(feedForward: VitGeometry['feedForward']): NameTable {
  return {
    whole: {
      patch: 'embeddings.patch_embeddings.projection',
      'class-token': { tensor: 'embeddings.cls_token', ones: 2 },
      registers: { tensor: 'embeddings.register_tokens', ones: 1 },
      positions: { tensor: 'embeddings.position_embeddings', ones: 1 },
      norm: 'layernorm',
    },
    blockPrefix: (block) => `encoder.layer.${block}.`,
    block: {
      'norm-attention': 'norm1',
      query: 'attention.attention.query',
      key: 'attention.attention.key',
      value: 'attention.attention.value',
      'attention-output': 'attention.output.dense',
      'scale-attention': 'layer_scale1.lambda1',
      'norm-mlp': 'norm2',
      ...(feedForward === 'mlp'
        ? { 'mlp-up': 'mlp.fc1', 'mlp-down': 'mlp.fc2' }
        : {
            'mlp-gate': { tensor: 'mlp.weights_in', part: { index: 0, parts: 2 } },
            'mlp-up': { tensor: 'mlp.weights_in', part: { index: 1, parts: 2 } },
            'mlp-down': 'mlp.weights_out',
          }),
      'scale-mlp': 'layer_scale2.lambda1',
    },
  };
}

export const huggingFaceDinov2: Layout = {
  title: 'transformers dinov2',
  recognises: (files) => modelTypeOf(files) === 'dinov2',
  geometry: ({ config }) => dinov2Geometry('dinov2', config, 14),
  prefixes: ['', 'dinov2.'],
  ignored: /^classifier\.|^embeddings\.mask_token$/,
  places: dinov2Places,
};

export function dinov2Places(geometry: BackboneGeometry): ParameterPlace[] {
  const isGated = geometry.architecture === 'vit' && geometry.feedForward === 'swiglu';
  return placesOf(geometry, namesOf(isGated ? 'swiglu' : 'mlp'));
}

/**
 * @param patchSize where the file has none: 14, or 16 for models with registers
 * @throws ConsiliumError 'bad-backbone' naming every key that is missing or not supported
 */
export function dinov2Geometry(
  modelType: 'dinov2' | 'dinov2_with_registers',
  config: unknown,
  patchSize: number,
): VitGeometry {
  const schema = z.object({
    model_type: z.literal(modelType),
    ...visionFields({ patchSize, activation: 'gelu', epsilon: 1e-6 }),
    ...fields,
  });
  const parsed = parseConfiguration(CONFIG_FILE, config, schema);
  const { qkv_bias: bias, use_swiglu_ffn: isGated } = parsed;
  const inner = Math.trunc(parsed.hidden_size * parsed.mlp_ratio);
  return {
    ...PLAIN_VIT,
    ...sizesOf(parsed),
    mlpSize: isGated ? gatedSize(inner) : inner,
    activation: isGated ? 'silu' : parsed.hidden_act,
    feedForward: isGated ? 'swiglu' : 'mlp',
    biases: { ...PLAIN_VIT.biases, query: bias, key: bias, value: bias },
    layerScale: true,
  };
}

/** A gated layer has three matrices instead of two, so it is two thirds as wide, rounded up to a multiple of 8. */
function gatedSize(inner: number): number {
  return Math.ceil(Math.trunc((inner * 2) / 3) / 8) * 8;
}
