/**
 * What training needs of a backbone, whatever its architecture. A backbone is a frozen chain of blocks; `level` names a place in
 * it: PIXELS is the picture itself, level i from 0 on the input of block i, and level `blocks` the feature that the head reads.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { BackboneDescription, LinearTarget } from '@consilium/shared/protocol';
import type { Memory } from '../engine/compiled.js';

/** The level before the first layer: rows are the picture's pixels, row by row, columns their channels. */
export const PIXELS = -1;

/** A linear layer as the engine holds it. */
export interface Linear {
  /** [in, out] */
  readonly weight: tf.Tensor2D;
  /** [out] */
  readonly bias?: tf.Tensor1D;
}

/** A linear layer of a block. */
export interface LinearAddress {
  readonly block: number;
  readonly target: LinearTarget;
}

/** One of the two halves of a block, each of which is added to what entered it. */
export interface SublayerAddress {
  readonly block: number;
  readonly sublayer: 'attention' | 'mlp';
}

export interface Sublayer {
  /** What entered the sublayer, before its norm: [rows, width]. */
  readonly entering: tf.Tensor2D;
  /** What it computed, after LayerScale, before it is added to `entering`: [rows, width]. */
  readonly output: tf.Tensor2D;
}

/**
 * How an adapter takes part in a forward pass. The backbone calls each member at every place that it names; the identity
 * everywhere is the frozen model. Rows are tokens of all pictures of the batch, one picture after the other.
 */
export interface Adaptation {
  /**
   * A parameter as the backbone is about to use it, under its name in the shared list and in the engine's form: see
   * engine-form.ts. Returns `frozen` itself where untrained.
   */
  parameter<T extends tf.Tensor>(name: string, frozen: T): T;
  /**
   * A linear layer of a block: [rows, in] -> [rows, out].
   * @param layer its parameters @param next computes the layer as it would be without this adapter
   */
  linear(
    at: LinearAddress,
    x: tf.Tensor2D,
    layer: Linear,
    next: (x: tf.Tensor2D) => tf.Tensor2D,
  ): tf.Tensor2D;
  /** The output of a sublayer to go on with: [rows, width]. */
  sublayer(at: SublayerAddress, values: Sublayer): tf.Tensor2D;
  /**
   * The tokens that enter a block: [pictures, tokens, width]. May add or replace tokens directly after the class token (or at
   * the front, where there is none).
   * @param prefix tokens before the first patch, those that were added included
   */
  tokens(block: number, x: tf.Tensor3D, prefix: number): tf.Tensor3D;
  /** Tokens beside the model's own once `tokens` has been asked for block `block` (from block 0 on); 0 for most methods. */
  addedTokens(block: number): number;
}

/** Leaves everything as it is. */
export const unadapted: Adaptation = {
  parameter: (_, frozen) => frozen,
  linear: (_, x, __, next) => next(x),
  sublayer: (_, { output }) => output,
  tokens: (_, x) => x,
  addedTokens: () => 0,
};

export interface Backbone {
  readonly description: BackboneDescription;
  readonly blocks: number;
  /** Width of the feature. */
  readonly featureSize: number;
  /** Rows and columns that one picture of the description's input size has at a level. */
  shapeAt(level: number): readonly [rows: number, columns: number];
  /**
   * The frozen way from pixels to a level.
   * @param pixels [batch, height, width, 3], normalised, of the input size
   * @returns [batch x rows, columns] of `shapeAt(level)`
   */
  trunk(pixels: tf.Tensor4D, level: number): tf.Tensor2D;
  /**
   * The way from a level to the feature.
   * @param x [batch x rows, columns] of `shapeAt(level)`
   * @param memory what a gradient finds again of each block; `save` if absent
   * @returns [batch, featureSize]
   */
  features(x: tf.Tensor2D, level: number, adaptation: Adaptation, memory?: Memory): tf.Tensor2D;
  /** Every frozen parameter under its name in the shared list, in the engine's form. */
  readonly parameters: ReadonlyMap<string, tf.Tensor>;
  /** Frees every parameter. */
  dispose(): void;
}

/** x W + b: [rows, in] -> [rows, out] */
export function applyLinear(x: tf.Tensor2D, { weight, bias }: Linear): tf.Tensor2D {
  const product: tf.Tensor2D = tf.matMul(x, weight);
  return bias === undefined ? product : tf.add(product, bias);
}
