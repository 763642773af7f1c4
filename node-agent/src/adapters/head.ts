/** The linear layer between feature and classes. Every method trains it; none of them needs to know it. */
import * as tf from '@tensorflow/tfjs-core';
import type { TensorSchema } from '@consilium/shared/tensors';
import { createVariables, disposeVariables, requireVariable, type Variables } from './variables.js';

const WEIGHT = 'head.weight';
const BIAS = 'head.bias';

export interface Head {
  /** `head.weight` [classes, width] and `head.bias` [classes]. */
  readonly variables: Variables;
  /** [batch, width] -> [batch, classes] */
  logits(features: tf.Tensor2D): tf.Tensor2D;
  /** Frees both variables. */
  dispose(): void;
}

/** @throws ConsiliumError 'bad-tensor-schema' when the schema has no head */
export function createHead(schema: TensorSchema): Head {
  const variables = createVariables(schema.filter(({ name }) => isOfHead(name)));
  const weight = requireVariable<tf.Tensor2D>(variables, WEIGHT);
  const bias = requireVariable<tf.Tensor1D>(variables, BIAS);
  return {
    variables,
    logits: (features) => tf.add(tf.matMul(features, weight, false, true), bias),
    dispose: () => disposeVariables(variables),
  };
}

/** What is left of a schema without the head: the tensors of the method. */
export function withoutHead(schema: TensorSchema): TensorSchema {
  return schema.filter(({ name }) => !isOfHead(name));
}

function isOfHead(name: string): boolean {
  return name === WEIGHT || name === BIAS;
}
