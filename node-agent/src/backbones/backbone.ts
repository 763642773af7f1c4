/**
 * What training needs of a backbone, whatever its layout. A backbone is a frozen chain of blocks; `level` names a place in it:
 * level i is the input of block i, and level `blocks` is the feature that the head reads.
 */
import type * as tf from '@tensorflow/tfjs-core';
import type { BackboneDescription, LoraTarget } from '@consilium/shared/protocol';

/** A linear layer of a block. */
export interface ModuleAddress {
  readonly block: number;
  readonly target: LoraTarget;
}

/**
 * How an adapter takes part in a block: it sees the input of each linear layer [rows, in] and the layer's frozen output
 * [rows, out], and returns the output to go on with.
 */
export type AdaptModule = (
  at: ModuleAddress,
  input: tf.Tensor2D,
  frozen: tf.Tensor2D,
) => tf.Tensor2D;

/** Leaves every layer as it is. */
export const unadapted: AdaptModule = (_, __, frozen) => frozen;

export interface Backbone {
  readonly description: BackboneDescription;
  readonly blocks: number;
  /** Width of the feature. */
  readonly featureSize: number;
  /** Rows and columns that one picture has at a level. */
  shapeAt(level: number): readonly [rows: number, columns: number];
  /**
   * The frozen way from pixels to a level.
   * @param pixels [batch, size, size, 3], normalised
   * @returns [batch x rows, columns] of `shapeAt(level)`
   */
  trunk(pixels: tf.Tensor4D, level: number): tf.Tensor2D;
  /**
   * The way from a level to the feature.
   * @param x [batch x rows, columns] of `shapeAt(level)`
   * @returns [batch, featureSize]
   */
  features(x: tf.Tensor2D, level: number, adapt: AdaptModule): tf.Tensor2D;
  /** Frees every weight. */
  dispose(): void;
}
