/**
 * timm's VisionTransformer. The tensors say what the model is made of; config.json, and what the architecture's name stands for,
 * add what shapes cannot show, and must agree with the tensors in everything else: models.md 1b and 1c.
 */
import { encodeFloat } from '@consilium/shared/encoding';
import type { Activation, Pool, Positions, VitGeometry } from '@consilium/shared/protocol';
import { badConfiguration } from '../files/configuration.js';
import { CONFIG_FILE } from '../files/model-files.js';
import type { Layout, ModelFiles } from './layout.js';
import { withoutPrefix } from './tensor-names.js';
import { readTimmConfig, timmActivation, type TimmModel } from './timm-config.js';
import { timmPlaces } from './timm-places.js';
import {
  gridSide,
  readTimmShapes,
  TIMM_LANDMARK,
  type TensorShapes,
  type TimmShapes,
} from './timm-shapes.js';

/** VisionTransformer's own defaults. */
const DEFAULTS = { activation: 'gelu', normEpsilon: 1e-6, pool: 'token' } as const;

export const timm: Layout = {
  title: 'timm VisionTransformer',
  recognises: ({ config }) => architectureOf(config) !== undefined,
  geometry: (files, tensors) => {
    const shapes = withoutPrefix(timm, TIMM_LANDMARK, tensors);
    if (shapes === undefined) {
      throw badConfiguration(
        CONFIG_FILE,
        `names ${String(architectureOf(files.config))} of timm, but the weights hold no ${TIMM_LANDMARK}`,
      );
    }
    return timmGeometry(CONFIG_FILE, readTimmConfig(CONFIG_FILE, files.config), shapes);
  },
  prefixes: ['', 'timm_model.', 'model.', 'module.', 'backbone.', 'trunk.'],
  ignored: /^(head|head_drop|classifier)\.|^mask_token$/,
  places: timmPlaces,
};

/**
 * @param file which file `model` was read from, for messages
 * @throws ConsiliumError 'bad-backbone' where the file contradicts the tensors, or asks for what is not supported
 */
export function timmGeometry(file: string, model: TimmModel, tensors: TensorShapes): VitGeometry {
  const { positions: rows, finalNorm, ...shapes } = readTimmShapes(tensors);
  requireAgreement(file, model, shapes, tensors);
  const { known = DEFAULTS, stated } = model;
  const positions = positionTable(model, shapes, rows);
  const heads = stated.num_heads ?? model.known?.heads ?? 0;
  if (shapes.hiddenSize % heads !== 0) {
    throw badConfiguration(
      file,
      `num_heads: ${heads} do not divide a width of ${shapes.hiddenSize}`,
    );
  }
  return {
    architecture: 'vit',
    channels: 3,
    ...shapes,
    heads,
    imageSize: positions.grid * shapes.patchSize,
    layerNormEps: encodeFloat(stated.norm_layer == null ? known.normEpsilon : DEFAULTS.normEpsilon),
    activation: activationOf(file, model, shapes),
    positions: positions.table,
    finalNorm,
    pool: poolOf(file, stated.global_pool ?? known.pool, shapes),
  };
}

function architectureOf(config: ModelFiles['config']): unknown {
  return typeof config === 'object' && config !== null && 'architecture' in config
    ? config.architecture
    : undefined;
}

/** A packed SwiGLU was trained with SiLU, also where config.json cannot say so: it holds no Python classes. */
function activationOf(file: string, { known, stated }: TimmModel, shapes: Shapes): Activation {
  if (typeof stated.act_layer === 'string') {
    return timmActivation(file, stated.act_layer);
  }
  return shapes.feedForward === 'swiglu' ? 'silu' : (known ?? DEFAULTS).activation;
}

/** `''` asks for all tokens; then the study may say which it wants, and the class token is the usual one. */
function poolOf(file: string, pool: '' | 'token' | 'avg' | 'map', shapes: Shapes): Pool {
  const { classToken, registers, attentionPoolMlpSize } = shapes;
  if (attentionPoolMlpSize !== undefined) {
    if (classToken || registers > 0) {
      throw badConfiguration(
        file,
        'an attention pool beside class token or registers is not supported',
      );
    }
    return 'attention';
  }
  switch (pool) {
    case 'map':
      throw badConfiguration(
        file,
        `global_pool is 'map', but the weights hold no attn_pool.mlp.fc1.weight`,
      );
    case 'avg':
      return 'mean';
    case 'token':
    case '':
      return classToken ? 'class' : 'mean';
  }
}

type Shapes = Omit<TimmShapes, 'positions' | 'finalNorm'>;

/** Resampled as timm does, with antialiasing. */
function positionTable(
  { known, stated }: TimmModel,
  { classToken, registers }: Shapes,
  rows: number,
): { readonly table: Positions; readonly grid: number } {
  const prefix = (classToken ? 1 : 0) + registers;
  const said = stated.no_embed_class ?? (known?.noEmbedClass || undefined);
  const patchesOnly = prefix === 0 || (said ?? !isSquare(rows - prefix));
  const withPrefix = registers > 0 ? 'all' : 'class-and-patches';
  return {
    table: {
      kind: 'table',
      covers: patchesOnly ? 'patches' : withPrefix,
      interpolation: 'bicubic-antialiased',
    },
    grid: gridSide(rows, patchesOnly ? 0 : prefix),
  };
}

function isSquare(rows: number): boolean {
  return rows > 0 && Number.isInteger(Math.sqrt(rows));
}

/** Numbers that come both ways must be the same: heads that belong to another size would compute something else. */
function requireAgreement(
  file: string,
  model: TimmModel,
  shapes: Shapes,
  tensors: TensorShapes,
): void {
  const found: Readonly<Record<string, number | boolean>> = {
    embed_dim: shapes.hiddenSize,
    depth: shapes.layers,
    patch_size: shapes.patchSize,
    'mlp width': tensors.get('blocks.0.mlp.fc1.weight')?.[0] ?? 0,
    reg_tokens: shapes.registers,
    class_token: shapes.classToken,
    qkv_bias: shapes.biases.query,
    qk_norm: shapes.queryKeyNorm,
    pre_norm: shapes.preNorm,
  };
  const faults = Object.entries(meaningOf(model, shapes)).flatMap(([key, said]) =>
    said === undefined || said === found[key]
      ? []
      : [`${key} ${said} where the tensors have ${found[key]}`],
  );
  if (faults.length > 0) {
    throw badConfiguration(
      file,
      `${model.architecture} with its model_args means ${faults.join(', ')}: correct model_args, the number of heads among them`,
    );
  }
}

function meaningOf(
  { architecture, known, stated }: TimmModel,
  { hiddenSize }: Shapes,
): Readonly<Record<string, number | boolean | undefined>> {
  const patch = /patch(\d+)/.exec(architecture)?.[1];
  const { mlp_ratio: ratio, patch_size: side } = stated;
  return {
    embed_dim: stated.embed_dim ?? known?.width,
    depth: stated.depth ?? known?.depth,
    patch_size: sideOf(side) ?? (patch === undefined ? undefined : Number(patch)),
    // Rounded down, as VisionTransformer's blocks do.
    'mlp width': ratio === undefined ? undefined : Math.trunc(hiddenSize * ratio),
    reg_tokens: stated.reg_tokens,
    class_token: stated.class_token,
    qkv_bias: stated.qkv_bias,
    qk_norm: stated.qk_norm,
    pre_norm: stated.pre_norm,
  };
}

function sideOf(value: number | readonly number[] | null | undefined): number | undefined {
  return typeof value === 'object' ? value?.[0] : value;
}
