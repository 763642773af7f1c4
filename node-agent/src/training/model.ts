/** Frozen features, adapted blocks and head as one function from images to logits. */
import type * as tf from '@tensorflow/tfjs-core';
import {
  privateAdapterSchema,
  type AdapterConfig,
  type BackboneGeometry,
} from '@consilium/shared/protocol';
import type { TensorSchema } from '@consilium/shared/tensors';
import { compose, type Attached } from '../adapters/compose.js';
import { createHead, type Head } from '../adapters/head.js';
import { createAdapter } from '../adapters/registry.js';
import { disposeVariables, type Variables } from '../adapters/variables.js';
import type { Backbone } from '../backbones/backbone.js';
import type { Memory } from '../engine/compiled.js';

/** Trained tensors and the schema that they follow. */
export interface TensorGroup {
  readonly schema: TensorSchema;
  readonly variables: Variables;
}

/** What a local training trains. */
export interface Model extends Attached {
  readonly backbone: Backbone;
  readonly head: Head;
  /** Adapter and head: what the sites train together. */
  readonly shared: TensorGroup;
  /** What this site keeps for itself, if the study has a private adapter. */
  readonly own: TensorGroup | undefined;
}

export interface ModelPlan {
  readonly geometry: BackboneGeometry;
  readonly adapter: AdapterConfig;
  readonly privateAdapter?: AdapterConfig | undefined;
  /** Of adapter and head. */
  readonly schema: TensorSchema;
}

/**
 * Every trained tensor is zero until tensors are loaded.
 * @throws ConsiliumError 'bad-tensor-schema' when geometry, adapters and schema do not belong together
 */
export function createModel(backbone: Backbone, plan: ModelPlan): Model {
  const { geometry, schema, privateAdapter } = plan;
  const adapter = createAdapter(plan.adapter, geometry, schema);
  const head = createHead(schema);
  const variables = new Map([...adapter.variables, ...head.variables]);
  const shared = { schema, variables };
  if (privateAdapter === undefined) {
    const { level, adaptation } = adapter;
    return { backbone, level, adaptation, head, shared, own: undefined };
  }
  const ownSchema = ownSchemaOf(geometry, privateAdapter);
  const own = createAdapter(privateAdapter, geometry, ownSchema);
  return {
    backbone,
    ...compose(adapter, own),
    head,
    shared,
    own: { schema: ownSchema, variables: own.variables },
  };
}

/** Frees every trained tensor; the backbone is the caller's. */
export function disposeModel({ shared, own }: Model): void {
  [shared, ...(own === undefined ? [] : [own])].forEach(({ variables }) => {
    disposeVariables(variables);
  });
}

/** Every trained tensor, the shared ones first. */
export function trainedVariables({ shared, own }: Model): tf.Variable[] {
  return [...shared.variables.values(), ...(own?.variables.values() ?? [])];
}

/**
 * @param x [batch x rows, columns] at the model's level
 * @param memory what a gradient finds again of each block
 * @returns [batch, classes]
 */
export function modelLogits(model: Model, x: tf.Tensor2D, memory: Memory = 'save'): tf.Tensor2D {
  const { backbone, level, adaptation, head } = model;
  return head.logits(backbone.features(x, level, adaptation, memory));
}

/** The range is that of what is sent; these tensors never are. */
function ownSchemaOf(geometry: BackboneGeometry, adapter: AdapterConfig): TensorSchema {
  return privateAdapterSchema({ geometry, adapter, updateRange: 1 });
}
