/** open_clip's open_clip_config.json: the vision tower of `model_cfg` (open_clip 3.3, model.py, CLIPVisionCfg). */
import { z } from 'zod';
import { parseConfiguration } from '../files/configuration.js';
import { OPEN_CLIP_FILE } from '../files/model-files.js';

const count = z.int().min(1).max(65_536);
const off = (feature: string) =>
  z.literal(false, `${feature} is not supported`).nullable().optional();

const visionSchema = z.looseObject({
  layers: z.union([count, z.array(count)]).default(12),
  width: count.default(768),
  head_width: count.default(64),
  patch_size: count.default(16),
  image_size: z.union([count, z.array(count)]).default(224),
  pool_type: z.enum(['tok', 'avg'], `expected 'tok' or 'avg'`).default('tok'),
  final_ln_after_pool: z.boolean().default(false),
  attentional_pool: off('an attentional pooler'),
  block_type: z.literal('default', 'another kind of block is not supported').nullable().optional(),
  scaled_cosine_attn: off('cosine attention'),
  scale_heads: off('scaled heads'),
  scale_attn_inner: off('a norm inside the attention'),
  scale_attn: off('a norm after the attention'),
  scale_fc: off('a norm inside the feed-forward layers'),
  qk_norm: off('a norm of queries and keys'),
  act_kwargs: z.null('settings of the activation are not supported').optional(),
  norm_kwargs: z.looseObject({ eps: z.number().positive().optional() }).nullable().optional(),
  timm_model_name: z.string().nullable().optional(),
  timm_pool: z
    .enum(['', 'token', 'avg', 'map'], `expected 'token', 'avg', 'map' or ''`)
    .default('avg'),
  timm_proj: z.enum(['linear', 'none'], `expected 'linear' or 'none'`).default('linear'),
  timm_proj_bias: off('a projection with bias'),
});

const configSchema = z.looseObject({
  model_cfg: z.looseObject({
    embed_dim: count,
    quick_gelu: z.boolean().default(false),
    vision_cfg: visionSchema,
  }),
});

export type OpenClipModel = z.infer<typeof configSchema>['model_cfg'];
export type OpenClipVision = z.infer<typeof visionSchema>;

/** @throws ConsiliumError 'bad-backbone' naming every key that is missing or not supported */
export function readOpenClipConfig(config: unknown): OpenClipModel {
  return parseConfiguration(OPEN_CLIP_FILE, config, configSchema).model_cfg;
}
