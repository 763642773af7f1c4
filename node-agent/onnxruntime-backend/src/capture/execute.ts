/** Runs the graphs of a trace on the tensors of one call. */
import { clone, type Tensor } from '@tensorflow/tfjs-core';
import type { OnnxruntimeBackend } from '../backend/backend.js';
import type { Extract } from './extract.js';
import { internals } from './tfjs-internals.js';
import type { Trace } from './trace.js';

/** Tensors by their name in the trace. */
export type Values = Map<string, Tensor>;

/**
 * What a call brings: arguments, tensors closed over, tensors made for this call.
 * @param drawn those made for this call, by name, if it was made before
 */
export function feed(
  { recorder }: Trace,
  leaves: readonly Tensor[],
  drawn: ReadonlyMap<string, Tensor> = new Map(),
): Values {
  const values: Values = new Map();
  for (const input of recorder.inputs) {
    switch (input.kind) {
      case 'argument':
        values.set(input.name, at(leaves, input.leaf));
        break;
      case 'closure':
        values.set(input.name, input.tensor);
        break;
      case 'per-call':
        values.set(input.name, drawn.get(input.name) ?? input.make());
        break;
      case 'slope':
        break;
    }
  }
  return values;
}

/** Runs one graph and adds its outputs to the values. */
export function execute(
  { model, inputs, outputs }: Extract,
  values: Values,
  { recorder }: Trace,
  backend: OnnxruntimeBackend,
): void {
  const specs = outputs.map((name) => recorder.values.known.get(name) ?? unknown(name));
  const given = inputs.map((name) => values.get(name) ?? unknown(name));
  backend.executeGraph(model, given, specs).forEach((info, i) => {
    values.set(outputs[i] ?? '', internals().makeTensorFromTensorInfo(info));
  });
}

/** One tensor for each name: a value asked for twice needs a second tensor. */
export function distinct(names: readonly string[], values: Values): readonly Tensor[] {
  const used = new Set<string>();
  return names.map((name) => {
    const tensor = values.get(name) ?? unknown(name);
    const isUsed = used.has(name);
    used.add(name);
    return isUsed ? clone(tensor) : tensor;
  });
}

export function at<Item>(list: readonly Item[], index: number): Item {
  const item = list[index];
  if (item === undefined) {
    throw new Error(`a list of ${list.length} tensors has no place ${index}`);
  }
  return item;
}

function unknown(name: string): never {
  throw new Error(`the graph's value ${name} is not at hand`);
}
