/** What training needs of an adapter, the small trainable part of a model, whatever its method. */
import type * as tf from '@tensorflow/tfjs-core';
import type { AdapterConfig, BackboneGeometry } from '@consilium/shared/protocol';
import type { Tensor, TensorSchema, TensorSet } from '@consilium/shared/tensors';
import type { Adaptation } from '../backbones/backbone.js';

export interface Adapter {
  /** Where the frozen trunk ends: PIXELS, the first adapted block, or the number of blocks if none is. */
  readonly level: number;
  /** Every trained tensor under its name in the schema, in the schema's order. */
  readonly variables: ReadonlyMap<string, tf.Variable>;
  readonly adaptation: Adaptation;
  /** Frees every variable. */
  dispose(): void;
}

/**
 * Turns one frozen parameter into the merged one: float32, in the shared list's name and shape ([out, in] for linear weights).
 * Parameters that the adapter does not touch come back as they are.
 */
export type MergeParameter = (name: string, frozen: Tensor) => Tensor;

/** A method of adaptation, as the registry lists it. The head is not its business: see head.ts. */
export interface AdapterMethod<C extends AdapterConfig> {
  /** @throws ConsiliumError 'bad-tensor-schema' when config, geometry and schema do not belong together */
  create(config: C, geometry: BackboneGeometry, schema: TensorSchema): Adapter;
  /**
   * The way to a backbone that computes alone what backbone and adapter compute together; absent where there is none, because
   * the method adds layers or tokens.
   * @param tensors the adapter's, by name of the schema
   */
  readonly merge?: (config: C, geometry: BackboneGeometry, tensors: TensorSet) => MergeParameter;
}
