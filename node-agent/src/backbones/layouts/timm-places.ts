/**
 * Where timm's VisionTransformer keeps each parameter (timm 1.0, models/vision_transformer.py, layers/attention_pool.py,
 * layers/mlp.py): query, key and value one after the other in one tensor, and the gate before the other half of a packed SwiGLU.
 */
import type { BackboneGeometry } from '@consilium/shared/protocol';
import type { ParameterPlace } from './layout.js';
import { placesOf, type NameTable, type Naming } from './name-table.js';

const qkv = (index: number): Naming => ({ tensor: 'attn.qkv', part: { index, parts: 3 } });
const poolKeyValue = (index: number): Naming => ({
  tensor: 'attn_pool.kv',
  part: { index, parts: 2 },
});
const half = (index: number): Naming => ({ tensor: 'mlp.fc1', part: { index, parts: 2 } });

const WHOLE: NameTable['whole'] = {
  patch: 'patch_embed.proj',
  'class-token': { tensor: 'cls_token', ones: 2 },
  registers: { tensor: 'reg_token', ones: 1 },
  positions: { tensor: 'pos_embed', ones: 1 },
  'norm-pre': 'norm_pre',
  'pool.probe': { tensor: 'attn_pool.latent', ones: 2 },
  'pool.query': 'attn_pool.q',
  'pool.key': poolKeyValue(0),
  'pool.value': poolKeyValue(1),
  'pool.attention-output': 'attn_pool.proj',
  'pool.norm': 'attn_pool.norm',
  'pool.mlp-up': 'attn_pool.mlp.fc1',
  'pool.mlp-down': 'attn_pool.mlp.fc2',
};

const BLOCK: NameTable['block'] = {
  'norm-attention': 'norm1',
  query: qkv(0),
  key: qkv(1),
  value: qkv(2),
  'query-norm': 'attn.q_norm',
  'key-norm': 'attn.k_norm',
  'attention-output': 'attn.proj',
  'scale-attention': 'ls1.gamma',
  'norm-mlp': 'norm2',
  'mlp-down': 'mlp.fc2',
  'scale-mlp': 'ls2.gamma',
};

/** @throws ConsiliumError 'bad-backbone' for a geometry that timm's VisionTransformer cannot have */
export function timmPlaces(geometry: BackboneGeometry): ParameterPlace[] {
  return placesOf(geometry, timmNames(geometry));
}

/** Two names follow the geometry: a last norm on the pooled feature is `fc_norm`, and only a SwiGLU's first layer is fused. */
export function timmNames(geometry: BackboneGeometry): NameTable {
  const isVit = geometry.architecture === 'vit';
  const packed = isVit && geometry.feedForward === 'swiglu';
  const pooled = isVit && geometry.finalNorm === 'pooled';
  return {
    whole: { ...WHOLE, norm: pooled ? 'fc_norm' : 'norm' },
    blockPrefix: (block) => `blocks.${block}.`,
    block: {
      ...BLOCK,
      ...(packed ? { 'mlp-gate': half(0), 'mlp-up': half(1) } : { 'mlp-up': 'mlp.fc1' }),
    },
  };
}
