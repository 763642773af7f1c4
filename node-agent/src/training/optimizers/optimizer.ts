/**
 * What moves an adapter's tensors. An optimizer lives for one local training: no moments are kept between rounds, since they
 * belong to the adapter before averaging, would have to be journalled to survive a restart, and would make a repeated attempt
 * train differently.
 */
import type * as tf from '@tensorflow/tfjs-core';

/** A tensor to be trained and its gradient. */
export interface Move {
  readonly variable: tf.Variable;
  readonly gradient: tf.Tensor;
}

export interface Optimizer {
  /** One step; always the same variables in the same order. */
  step(moves: readonly Move[], learningRate: number): void;
  /** Frees its state. */
  dispose(): void;
}
