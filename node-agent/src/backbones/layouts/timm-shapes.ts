/** What the tensors' shapes say about a vision transformer with timm's names, so that no file needs to. */
import type { VitGeometry } from '@consilium/shared/protocol';
import { ConsiliumError } from '@consilium/shared/vocabulary';

/** By plain name. */
export type TensorShapes = ReadonlyMap<string, readonly number[]>;

export const TIMM_LANDMARK = 'patch_embed.proj.weight';

/** The part of the geometry that shapes decide; what they leave open is the numbers of heads, functions and pools. */
export type TimmShapes = Pick<
  VitGeometry,
  | 'hiddenSize'
  | 'layers'
  | 'mlpSize'
  | 'patchSize'
  | 'feedForward'
  | 'patchBias'
  | 'classToken'
  | 'registers'
  | 'preNorm'
  | 'biases'
  | 'queryKeyNorm'
  | 'layerScale'
> & {
  /** Rows of the position table. */
  readonly positions: number;
  /** Which last norm there is: on every token, on the pooled feature, or none. */
  readonly finalNorm: VitGeometry['finalNorm'];
  /** Width inside the attention pool's feed-forward layers, if there is such a pool. */
  readonly attentionPoolMlpSize?: number;
};

/** @throws ConsiliumError 'bad-backbone' naming a tensor that every such model has and this one lacks */
export function readTimmShapes(tensors: TensorShapes): TimmShapes {
  const has = (name: string) => tensors.has(name);
  const [hiddenSize = 0, , patchSize = 0] = requireShape(tensors, TIMM_LANDMARK);
  const qkvBias = has('blocks.0.attn.qkv.bias');
  const pool = tensors.get('attn_pool.mlp.fc1.weight');
  return {
    hiddenSize,
    patchSize,
    layers: countBlocks(tensors),
    ...feedForward(tensors),
    patchBias: has('patch_embed.proj.bias'),
    classToken: has('cls_token'),
    registers: tensors.get('reg_token')?.[1] ?? 0,
    positions: requireShape(tensors, 'pos_embed')[1] ?? 0,
    preNorm: has('norm_pre.weight'),
    biases: {
      query: qkvBias,
      key: qkvBias,
      value: qkvBias,
      attentionOutput: has('blocks.0.attn.proj.bias'),
      mlp: has('blocks.0.mlp.fc2.bias'),
    },
    queryKeyNorm: has('blocks.0.attn.q_norm.weight'),
    layerScale: has('blocks.0.ls1.gamma'),
    finalNorm: has('norm.weight') ? 'tokens' : has('fc_norm.weight') ? 'pooled' : 'none',
    ...(pool === undefined ? {} : { attentionPoolMlpSize: pool[0] ?? 0 }),
  };
}

/**
 * The side of the square grid of patches in a position table.
 * @param before rows that belong to tokens before the patches
 * @throws ConsiliumError 'bad-backbone' when the other rows make no square
 */
export function gridSide(rows: number, before: number): number {
  const side = Math.sqrt(rows - before);
  if (!Number.isInteger(side) || side < 1) {
    throw new ConsiliumError(
      'bad-backbone',
      `backbone: pos_embed has ${rows} rows; without ${before} for tokens before the patches they make no square grid`,
    );
  }
  return side;
}

/** A packed SwiGLU's first layer is as wide as both halves. */
function feedForward(tensors: TensorShapes): Pick<TimmShapes, 'feedForward' | 'mlpSize'> {
  const [up = 0] = requireShape(tensors, 'blocks.0.mlp.fc1.weight');
  const [, down = 0] = requireShape(tensors, 'blocks.0.mlp.fc2.weight');
  return { feedForward: up === 2 * down ? 'swiglu' : 'mlp', mlpSize: down };
}

function countBlocks(tensors: TensorShapes): number {
  let blocks = 0;
  while (tensors.has(`blocks.${blocks}.norm1.weight`)) {
    blocks += 1;
  }
  return blocks;
}

function requireShape(tensors: TensorShapes, name: string): readonly number[] {
  const shape = tensors.get(name);
  if (shape === undefined) {
    throw new ConsiliumError('bad-backbone', `backbone: tensor ${name} is missing`);
  }
  return shape;
}
