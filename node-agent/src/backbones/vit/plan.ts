/** What of a vision transformer's computation follows from its geometry and the size of its input. */
import * as tf from '@tensorflow/tfjs-core';
import { decodeFloat } from '@consilium/shared/encoding';
import { nativeGrid, type ImageSize, type VitGeometry } from '@consilium/shared/protocol';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { LayerNormWeights } from '../../engine/layer-norm.js';
import { resamplingMatrix } from './resampling.js';
import { rotaryTables, type RotaryTables } from './rotary.js';

export interface VitPlan {
  readonly geometry: VitGeometry;
  readonly input: ImageSize;
  /** Patches down and across; what is left over at the bottom and on the right is cut off. */
  readonly grid: { readonly rows: number; readonly columns: number };
  readonly patches: number;
  /** Tokens before the first patch: class token and registers. */
  readonly prefix: number;
  /** Features of one attention head. */
  readonly headSize: number;
  readonly epsilon: number;
  /** From the native grid to this one, along rows [rows, native] and columns [1, columns, native]; absent if it is this one. */
  readonly resampling?: { readonly rows: tf.Tensor2D; readonly columns: tf.Tensor3D };
  /** Ones and zeros as wide as the pooled feature, for a last norm that is plain. */
  readonly plainNorm?: LayerNormWeights;
  /** For the tokens of `prefix` and the patches; absent where places are learnt. */
  readonly rotary?: RotaryTables;
}

/**
 * Makes the constant tensors; whoever calls frees them with `disposePlan`.
 * @throws ConsiliumError 'bad-backbone' for a picture smaller than a patch, or a pool that reads what the model lacks
 */
export function planVit(geometry: VitGeometry, input: ImageSize): VitPlan {
  const { patchSize, classToken, registers, hiddenSize, heads } = geometry;
  const grid = {
    rows: Math.floor(input.height / patchSize),
    columns: Math.floor(input.width / patchSize),
  };
  if (grid.rows === 0 || grid.columns === 0) {
    throw new ConsiliumError(
      'bad-backbone',
      `backbone: a picture of ${input.height} x ${input.width} pixels is smaller than a patch of ${patchSize}`,
    );
  }
  requirePool(geometry);
  const plan = {
    geometry,
    input,
    grid,
    patches: grid.rows * grid.columns,
    prefix: (classToken ? 1 : 0) + registers,
    headSize: hiddenSize / heads,
    epsilon: decodeFloat(geometry.layerNormEps),
  };
  return { ...plan, ...constants(plan), ...plainNorm(geometry) };
}

export function disposePlan({ resampling, rotary, plainNorm }: VitPlan): void {
  tf.dispose([
    ...(plainNorm === undefined ? [] : [plainNorm.scale, plainNorm.shift]),
    ...(resampling === undefined ? [] : [resampling.rows, resampling.columns]),
    ...(rotary === undefined ? [] : [rotary.cosines, rotary.sines]),
  ]);
}

function plainNorm({ finalNorm, pool, hiddenSize }: VitGeometry): Pick<VitPlan, 'plainNorm'> {
  if (finalNorm !== 'pooled-plain') {
    return {};
  }
  const width = pool === 'class-and-mean' ? 2 * hiddenSize : hiddenSize;
  return { plainNorm: { scale: tf.ones([width]), shift: tf.zeros([width]) } };
}

function constants({
  geometry,
  grid,
  prefix,
  headSize,
}: Omit<VitPlan, 'resampling' | 'rotary'>): Pick<VitPlan, 'resampling' | 'rotary'> {
  const { positions } = geometry;
  if (positions.kind === 'rotary') {
    return {
      rotary: rotaryTables(grid, { prefix, headSize, theta: decodeFloat(positions.theta) }),
    };
  }
  const native = nativeGrid(geometry);
  if (grid.rows === native && grid.columns === native) {
    return {};
  }
  const matrix = (to: number) => resamplingMatrix(native, to, positions.interpolation);
  return {
    resampling: {
      rows: tf.tensor2d(matrix(grid.rows), [grid.rows, native]),
      columns: tf.tensor3d(matrix(grid.columns), [1, grid.columns, native]),
    },
  };
}

function requirePool({ pool, classToken, attentionPoolMlpSize }: VitGeometry): void {
  const readsClass = pool === 'class' || pool === 'class-and-mean';
  if (readsClass && !classToken) {
    throw new ConsiliumError('bad-backbone', `backbone: pool ${pool}: there is no class token`);
  }
  if (pool === 'attention' && attentionPoolMlpSize === undefined) {
    throw new ConsiliumError(
      'bad-backbone',
      'backbone: pool attention: the model has no such pool',
    );
  }
}
