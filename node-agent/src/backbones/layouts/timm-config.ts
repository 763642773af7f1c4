/**
 * timm's config.json: `architecture`, `num_features`, `global_pool`, `pretrained_cfg`, and `model_args`, which are handed to
 * VisionTransformer over what the architecture's name stands for (timm 1.0, models/_hub.py and models/vision_transformer.py).
 */
import { z } from 'zod';
import type { Activation } from '@consilium/shared/protocol';
import { badConfiguration, parseConfiguration } from '../files/configuration.js';
import { TIMM_ARCHITECTURES, type TimmArchitecture } from './timm-architectures.js';

/** By the names of timm's create_act and of PyTorch's classes. */
const ACTIVATIONS: ReadonlyMap<string, Activation> = new Map([
  ['gelu', 'gelu'],
  ['gelu_tanh', 'gelu-tanh'],
  ['quick_gelu', 'quick-gelu'],
  ['quickgelu', 'quick-gelu'],
  ['silu', 'silu'],
  ['swish', 'silu'],
]);

const count = z.int().min(1).max(65_536);
const side = z.union([count, z.array(count).length(2)]);
const pool = z.enum(['', 'token', 'avg', 'map'], `expected 'token', 'avg', 'map' or ''`);
const off = (feature: string) =>
  z.literal(false, `${feature} is not supported`).nullable().optional();

/** Keys that change what is computed; null stands for a default, as in Python. */
const argumentsSchema = z.looseObject({
  img_size: side.nullable().optional(),
  patch_size: side.nullable().optional(),
  in_chans: z.literal(3, 'expected 3').optional(),
  embed_dim: count.optional(),
  depth: count.optional(),
  num_heads: count.optional(),
  mlp_ratio: z.number().positive().optional(),
  global_pool: pool.optional(),
  qkv_bias: z.boolean().optional(),
  qk_norm: z.boolean().optional(),
  init_values: z.number().nullable().optional(),
  class_token: z.boolean().optional(),
  pos_embed: z.literal('learn', `expected 'learn'`).optional(),
  no_embed_class: z.boolean().optional(),
  reg_tokens: z.int().min(0).max(256).optional(),
  pre_norm: z.boolean().optional(),
  final_norm: z.boolean().optional(),
  fc_norm: z.boolean().nullable().optional(),
  act_layer: z.string().nullable().optional(),
  /** The name stands for epsilon 1e-6, also where the architecture's own has another. */
  norm_layer: z.literal('layernorm', `expected 'layernorm'`).nullable().optional(),
  pool_include_prefix: off('a pool that includes class token and registers'),
  scale_attn_norm: off('a norm inside the attention'),
  scale_mlp_norm: off('a norm inside the feed-forward layers'),
  block_fn: z.never('another kind of block is not supported').optional(),
  attn_layer: z.never('another kind of attention is not supported').optional(),
});
export type TimmArguments = z.infer<typeof argumentsSchema>;

const configSchema = z.looseObject({
  architecture: z.string(),
  num_features: count.optional(),
  global_pool: pool.optional(),
  model_args: argumentsSchema.optional(),
});

/** What config.json says of the model, the architecture's name resolved. */
export interface TimmModel {
  readonly architecture: string;
  /** Undefined for a name that is not in the table; then model_args must give the number of heads. */
  readonly known: TimmArchitecture | undefined;
  readonly stated: TimmArguments;
}

/** @throws ConsiliumError 'bad-backbone' naming every key that is missing or not supported */
export function readTimmConfig(file: string, config: unknown): TimmModel {
  const parsed = parseConfiguration(file, config, configSchema);
  const { num_features: features, global_pool: globalPool, model_args: given = {} } = parsed;
  return timmModel(file, parsed.architecture, {
    ...(features === undefined ? {} : { embed_dim: features }),
    ...(globalPool === undefined ? {} : { global_pool: globalPool }),
    ...given,
  });
}

/**
 * @param architecture with or without the tag of its weights after a dot
 * @throws ConsiliumError 'bad-backbone' for a name that is not in the table where `stated` gives no number of heads
 */
export function timmModel(file: string, architecture: string, stated: TimmArguments): TimmModel {
  const name = architecture.replace(/\..*$/, '');
  const known = TIMM_ARCHITECTURES.get(name);
  if (known === undefined && stated.num_heads === undefined) {
    throw badConfiguration(
      file,
      `architecture: ${name} is none of the ${TIMM_ARCHITECTURES.size} vision transformers of timm that are supported; ` +
        'for one of your own add model_args with num_heads and whatever else differs from the defaults',
    );
  }
  return { architecture: name, known, stated };
}

/** @throws ConsiliumError 'bad-backbone' for a function that is not supported */
export function timmActivation(file: string, name: string): Activation {
  const plain = name.replace(/^.*\./, '').replace(/\W.*$/, '').toLowerCase();
  const activation = ACTIVATIONS.get(plain);
  if (activation === undefined) {
    const known = [...ACTIVATIONS.keys()].join(', ');
    throw badConfiguration(file, `model_args.act_layer: ${name} is none of ${known}`);
  }
  return activation;
}
