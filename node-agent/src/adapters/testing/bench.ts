/** A backbone, an adapter on it and a head, and the numbers that the contract suite compares. */
import * as tf from '@tensorflow/tfjs-core';
import { adapterSchema, type AdapterConfig } from '@consilium/shared/protocol';
import {
  shapeSize,
  type Tensor,
  type TensorSchema,
  type TensorSet,
} from '@consilium/shared/tensors';
import { unadapted, type Backbone } from '../../backbones/backbone.js';
import type { Memory } from '../../engine/compiled.js';
import type { Adapter } from '../adapter.js';
import { createHead, type Head } from '../head.js';
import { createAdapter } from '../registry.js';
import { disposeVariables, loadTensors, type Variables } from '../variables.js';
import { tinyPixels } from './tiny-backbones.js';

const LABELS = [0, 2];
const CLASSES = ['a', 'b', 'c'];

export interface Bench {
  readonly backbone: Backbone;
  readonly adapter: Adapter;
  readonly head: Head;
  /** Of adapter and head. */
  readonly schema: TensorSchema;
  readonly variables: Variables;
}

export function createBench(backbone: Backbone, config: AdapterConfig): Bench {
  const { geometry } = backbone.description;
  const schema = schemaOf(backbone, config);
  const adapter = createAdapter(config, geometry, schema);
  const head = createHead(schema);
  const variables = new Map([...adapter.variables, ...head.variables]);
  return { backbone, adapter, head, schema, variables };
}

export function disposeBench({ variables }: Bench): void {
  disposeVariables(variables);
}

export function schemaOf({ description }: Backbone, adapter: AdapterConfig): TensorSchema {
  const task = { kind: 'classification' as const, classes: CLASSES };
  return adapterSchema({ geometry: description.geometry, adapter, task, updateRange: 1 });
}

/** 0.2 sin(0.7 + 0.37 k + 0.11 j) for the j-th value of the k-th tensor: no value is zero. */
export function filled(schema: TensorSchema): TensorSet {
  return new Map(
    schema.map(({ name, shape }, k) => {
      const value = (j: number) => 0.2 * Math.sin(0.7 + 0.37 * k + 0.11 * j);
      const length = shapeSize(shape);
      return [name, { shape, data: Float32Array.from({ length }, (_, j) => value(j)) }];
    }),
  );
}

export function load({ variables, schema }: Bench, set: TensorSet): void {
  loadTensors(variables, schema, set);
}

/** [pictures x rows, columns] at the adapter's level. */
export function trunkOf({ backbone, adapter }: Bench): tf.Tensor2D {
  const { geometry } = backbone.description;
  return tf.tidy(() => backbone.trunk(tinyPixels(geometry, LABELS.length), adapter.level));
}

/** [pictures, featureSize] from pictures, or from what the trunk makes of them. */
export function featuresOf(
  bench: Bench,
  x: tf.Tensor2D = trunkOf(bench),
  memory: Memory = 'save',
): tf.Tensor2D {
  const { backbone, adapter } = bench;
  return backbone.features(x, adapter.level, adapter.adaptation, memory);
}

export function frozenFeatures({ backbone, adapter }: Bench, x: tf.Tensor2D): tf.Tensor2D {
  return backbone.features(x, adapter.level, unadapted);
}

export function logitsOf(bench: Bench, x?: tf.Tensor2D, memory?: Memory): tf.Tensor2D {
  return bench.head.logits(featuresOf(bench, x, memory));
}

/** Mean cross-entropy. */
export function lossOf(bench: Bench, x?: tf.Tensor2D, memory?: Memory): tf.Scalar {
  const oneHot = tf.oneHot(LABELS, CLASSES.length);
  const likely = tf.mul(tf.logSoftmax(logitsOf(bench, x, memory)), oneHot);
  return tf.mul(tf.sum(likely), -1 / LABELS.length);
}

/** One for each variable. */
export function gradientsOf(bench: Bench, x?: tf.Tensor2D): Map<string, Float32Array> {
  const variables = [...bench.variables.values()];
  tf.engine().startScope();
  const { grads } = tf.variableGrads(() => lossOf(bench, x), variables);
  const gradients = [...bench.variables].map(([name, variable]): [string, Float32Array] => {
    const gradient = grads[variable.name];
    if (gradient === undefined) {
      throw new Error(`no gradient for ${name}`);
    }
    return [name, gradient.dataSync<'float32'>().slice()];
  });
  tf.engine().endScope();
  return new Map(gradients);
}

/** Four-point central difference of the loss from the `filled` tensors along a direction; tensors without one stay. */
export function slopeAlong(
  bench: Bench,
  direction: ReadonlyMap<string, Float32Array>,
  x: tf.Tensor2D,
  step: number,
): number {
  const lossAt = (distance: number): number =>
    tf.tidy(() => {
      const moved = [...filled(bench.schema)].map(([name, { shape, data }]): [string, Tensor] => {
        const along = direction.get(name);
        const value = (at: number, i: number) => at + distance * (along?.[i] ?? 0);
        return [name, { shape, data: data.map(value) }];
      });
      load(bench, new Map(moved));
      return lossOf(bench, x).dataSync()[0] ?? Number.NaN;
    });
  const near = lossAt(step) - lossAt(-step);
  const far = lossAt(2 * step) - lossAt(-2 * step);
  return (8 * near - far) / (12 * step);
}

/** The largest difference, relative to the largest value wanted. */
export function relativeDifference(found: ArrayLike<number>, wanted: ArrayLike<number>): number {
  const values = Array.from(wanted);
  const largest = Math.max(...values.map(Math.abs));
  return (
    Math.max(...values.map((value, i) => Math.abs(value - (found[i] ?? Number.NaN)))) / largest
  );
}
