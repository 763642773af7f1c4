/**
 * What moves an adapter's tensors: functions from old values to new ones, so that a whole training step can be captured. The state
 * lives for one local training: no moments are kept between rounds, since they belong to the adapter before averaging, would have
 * to be journalled to survive a restart, and would make a repeated attempt train differently.
 */
import * as tf from '@tensorflow/tfjs-core';

/** Moments of one tensor, each of its shape; zero at the start. */
export type Moments = readonly tf.Tensor[];

/** A tensor to be trained, its gradient and its moments. */
export interface Move {
  readonly value: tf.Tensor;
  readonly gradient: tf.Tensor;
  readonly moments: Moments;
}

export interface Moved {
  readonly value: tf.Tensor;
  readonly moments: Moments;
}

export interface Optimizer {
  /** How many moments a tensor has. */
  readonly momentCount: number;
  /** The numbers that change from step to step. @param step from 1 */
  rates(step: number, learningRate: number): readonly number[];
  /** @param rates those numbers as scalars: as numbers they would be another graph in every step */
  move(move: Move, rates: readonly tf.Tensor[]): Moved;
}

/** Zeros for every variable; the caller frees them. */
export function initialMoments(
  { momentCount }: Optimizer,
  variables: readonly tf.Tensor[],
): Moments[] {
  return variables.map((variable) =>
    Array.from({ length: momentCount }, () => tf.zerosLike(variable)),
  );
}

/** Item `index`. @throws Error when a list is too short for its optimizer */
export function item(tensors: readonly tf.Tensor[], index: number): tf.Tensor {
  const tensor = tensors[index];
  if (tensor === undefined) {
    throw new Error(`the optimizer lacks tensor ${index}`);
  }
  return tensor;
}
