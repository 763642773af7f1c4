/** What of the encoder's computation follows from its geometry and the size of its input. */
import * as tf from '@tensorflow/tfjs-core';
import { decodeFloat } from '@consilium/shared/encoding';
import { nativeGrid, type ImageSize, type SamGeometry } from '@consilium/shared/protocol';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { Pass } from '../pass.js';
import { resamplingMatrix } from '../vit/resampling.js';
import type { Grid } from './grid.js';
import { disposeArea, planArea, type AreaPlan } from './relative-positions.js';

export interface SamPlan {
  readonly geometry: SamGeometry;
  readonly input: ImageSize;
  /** Patches down and across; what is left over at the bottom and on the right is cut off. */
  readonly grid: Grid;
  readonly patches: number;
  /** Features of one attention head. */
  readonly headSize: number;
  readonly epsilon: number;
  /** What blocks attend to: the whole picture, or a window of it. */
  readonly whole: AreaPlan;
  readonly window: AreaPlan;
  /** From the native grid to this one, along rows [rows, native] and columns [1, columns, native]; absent if it is this one. */
  readonly resampling?: { readonly rows: tf.Tensor2D; readonly columns: tf.Tensor3D };
}

export type SamPass = Pass<SamPlan>;

/**
 * Makes the constant tensors; whoever calls frees them with `disposePlan`. transformers refuses any input but the native one;
 * for another the tables are resampled as timm does (models/vision_transformer_sam.py, timm 1.0).
 * @throws ConsiliumError 'bad-backbone' when the input is smaller than a patch
 */
export function planSam(geometry: SamGeometry, input: ImageSize): SamPlan {
  const { patchSize, windowSize, hiddenSize, heads, relativePositions } = geometry;
  const native = nativeGrid(geometry);
  const grid = {
    rows: Math.floor(input.height / patchSize),
    columns: Math.floor(input.width / patchSize),
  };
  if (grid.rows < 1 || grid.columns < 1) {
    throw new ConsiliumError(
      'bad-backbone',
      `backbone: pictures of ${input.height} x ${input.width} pixels are smaller than a patch of ${patchSize}`,
    );
  }
  const square = { rows: windowSize, columns: windowSize };
  return {
    geometry,
    input,
    grid,
    patches: grid.rows * grid.columns,
    headSize: hiddenSize / heads,
    epsilon: decodeFloat(geometry.layerNormEps),
    whole: planArea(grid, native, relativePositions),
    window: planArea(square, windowSize, relativePositions),
    ...(grid.rows === native && grid.columns === native ? {} : { resampling: along(grid, native) }),
  };
}

export function disposePlan({ whole, window, resampling }: SamPlan): void {
  disposeArea(whole);
  disposeArea(window);
  tf.dispose(resampling ?? {});
}

function along({ rows, columns }: Grid, native: number): NonNullable<SamPlan['resampling']> {
  const matrix = (to: number) => resamplingMatrix(native, to, 'bicubic-antialiased');
  return {
    rows: tf.tensor2d(matrix(rows), [rows, native]),
    columns: tf.tensor3d(matrix(columns), [1, columns, native]),
  };
}
