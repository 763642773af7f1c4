/** What training needs of an adapter, the small trainable part of a model, whatever its method. */
import type * as tf from '@tensorflow/tfjs-core';
import type { AdapterConfig, BackboneGeometry } from '@consilium/shared/protocol';
import type { TensorSchema } from '@consilium/shared/tensors';
import type { AdaptModule } from '../backbones/backbone.js';

export interface Adapter {
  /** Where the frozen trunk ends: the first adapted block, or the number of blocks if none is. */
  readonly level: number;
  /** Every trained tensor under its name in the schema, in the schema's order. */
  readonly variables: ReadonlyMap<string, tf.Variable>;
  readonly adapt: AdaptModule;
  /** The head: [batch, featureSize] -> [batch, classes] */
  logits(features: tf.Tensor2D): tf.Tensor2D;
  /** Frees every variable. */
  dispose(): void;
}

/** A method of adaptation, as the registry lists it. */
export interface AdapterMethod<C extends AdapterConfig> {
  /** @throws ConsiliumError 'bad-tensor-schema' when config, geometry and schema do not belong together */
  create(config: C, geometry: BackboneGeometry, schema: TensorSchema): Adapter;
}
