/** Frozen features, adapted blocks and head as one function from images to logits. */
import type * as tf from '@tensorflow/tfjs-core';
import type { Adapter } from '../adapters/adapter.js';
import type { Backbone } from '../backbones/backbone.js';

/** What a local training trains. */
export interface Model {
  readonly backbone: Backbone;
  readonly adapter: Adapter;
}

/** @param x [batch x rows, columns] at the adapter's level @returns [batch, classes] */
export function modelLogits({ backbone, adapter }: Model, x: tf.Tensor2D): tf.Tensor2D {
  return adapter.logits(backbone.features(x, adapter.level, adapter.adapt));
}
