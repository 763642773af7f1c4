/** The tensors of an adapter: made from its schema, filled from files, read for files. */
import * as tf from '@tensorflow/tfjs-core';
import {
  requireMatches,
  requireTensor,
  type TensorSchema,
  type TensorSet,
} from '@consilium/shared/tensors';
import { ConsiliumError } from '@consilium/shared/vocabulary';

/** Trained tensors under their names in the schema, in the schema's order. */
export type Variables = ReadonlyMap<string, tf.Variable>;

/** A zero for every tensor of the schema, in its order. */
export function createVariables(schema: TensorSchema): Map<string, tf.Variable> {
  return new Map(
    schema.map(({ name, shape }) => {
      const zeros = tf.zeros([...shape]);
      const variable = tf.variable(zeros);
      zeros.dispose();
      return [name, variable];
    }),
  );
}

export function disposeVariables(variables: Variables): void {
  tf.dispose([...variables.values()]);
}

/** @throws ConsiliumError 'bad-tensor-schema' when the schema names no such tensor */
export function requireVariable<T extends tf.Tensor>(variables: Variables, name: string): T {
  const variable = variables.get(name);
  if (variable === undefined) {
    throw new ConsiliumError('bad-tensor-schema', `tensor ${name} is missing`);
  }
  return variable as tf.Tensor as T;
}

/** Sets every variable. @throws ConsiliumError 'bad-tensor-schema' unless the set matches the schema */
export function loadTensors(variables: Variables, schema: TensorSchema, set: TensorSet): void {
  requireMatches(schema, set);
  for (const [name, variable] of variables) {
    const { shape, data } = requireTensor(set, name);
    const value = tf.tensor(data, [...shape]);
    variable.assign(value);
    value.dispose();
  }
}

/** Copies of every tensor, in the schema's order. */
export async function saveTensors(variables: Variables): Promise<TensorSet> {
  const saved = [...variables].map(async ([name, variable]) => {
    const data = Float32Array.from(await variable.data());
    return [name, { shape: variable.shape, data }] as const;
  });
  return new Map(await Promise.all(saved));
}
