/** What the config.json files of transformers' vision models have in common: their keys, and what may stand there. */
import { z } from 'zod';
import { encodeFloat } from '@consilium/shared/encoding';
import type { Activation, VitGeometry } from '@consilium/shared/protocol';
import { badConfiguration } from '../files/configuration.js';
import { CONFIG_FILE } from '../files/model-files.js';
import type { ModelFiles } from './layout.js';

/** The names of transformers' ACT2FN. */
const ACTIVATIONS = {
  gelu: 'gelu',
  gelu_new: 'gelu-tanh',
  gelu_pytorch_tanh: 'gelu-tanh',
  quick_gelu: 'quick-gelu',
  silu: 'silu',
  swish: 'silu',
} as const satisfies Readonly<Record<string, Activation>>;

const activationNames = Object.keys(ACTIVATIONS) as (keyof typeof ACTIVATIONS)[];

export const count = z.int().min(1).max(65_536);

/** A number, or the same number for both sides. */
export const squareSide = z.union(
  [
    count,
    z
      .array(count)
      .length(2)
      .refine(([a, b]) => a === b)
      .transform(([a]) => a as number),
  ],
  'expected a square: one number, or the same number twice',
);

export const activation = z
  .enum(activationNames, `expected one of ${activationNames.join(', ')}`)
  .transform((name): Activation => ACTIVATIONS[name]);

export const normEpsilon = z.number().positive().max(1);

export const registerCount = z.int().min(0).max(256);

export const threeChannels = z.literal(3, 'expected 3').default(3);

/**
 * Keys that the configurations of transformers' vision models share, with the sizes of ViT-B that most of them have by default.
 * @param own defaults that differ from class to class
 */
export function visionFields(own: {
  readonly patchSize: number;
  /** 224 if absent. */
  readonly imageSize?: number;
  readonly activation: Activation;
  readonly epsilon: number;
}) {
  return {
    hidden_size: count.default(768),
    num_hidden_layers: count.default(12),
    num_attention_heads: count.default(12),
    num_channels: threeChannels,
    image_size: squareSide.default(own.imageSize ?? 224),
    patch_size: squareSide.default(own.patchSize),
    hidden_act: activation.default(own.activation),
    layer_norm_eps: normEpsilon.default(own.epsilon),
  };
}

/** `model_type` of config.json, which says what class of transformers wrote it. */
export function modelTypeOf({ config }: ModelFiles): unknown {
  return typeof config === 'object' && config !== null && 'model_type' in config
    ? config.model_type
    : undefined;
}

interface Sizes {
  readonly hidden_size: number;
  readonly num_hidden_layers: number;
  readonly num_attention_heads: number;
  readonly image_size: number;
  readonly patch_size: number;
  readonly layer_norm_eps: number;
}

/**
 * The sizes that every vision transformer has.
 * @param multiple what the size of a head must be a multiple of
 * @throws ConsiliumError 'bad-backbone' naming the keys that do not fit together
 */
export function sizesOf(
  config: Sizes,
  multiple = 1,
): Pick<
  VitGeometry,
  'hiddenSize' | 'layers' | 'heads' | 'imageSize' | 'patchSize' | 'layerNormEps'
> {
  const { hidden_size, num_attention_heads, image_size, patch_size } = config;
  if (hidden_size % (num_attention_heads * multiple) !== 0) {
    const of = multiple === 1 ? '' : `${multiple} x `;
    throw badConfiguration(
      CONFIG_FILE,
      `hidden_size: ${hidden_size} is not a multiple of ${of}num_attention_heads, ${num_attention_heads}`,
    );
  }
  if (image_size < patch_size) {
    throw badConfiguration(
      CONFIG_FILE,
      `image_size: ${image_size} is smaller than patch_size, ${patch_size}`,
    );
  }
  return {
    hiddenSize: hidden_size,
    layers: config.num_hidden_layers,
    heads: num_attention_heads,
    imageSize: image_size,
    patchSize: patch_size,
    layerNormEps: encodeFloat(config.layer_norm_eps),
  };
}
