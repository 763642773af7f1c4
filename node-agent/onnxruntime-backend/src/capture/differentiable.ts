/** A captured function as one operation on tfjs's tape: forward graph, then backward graph. */
import { type Tensor, tidy, Variable, zerosLike } from '@tensorflow/tfjs-core';
import type { OnnxruntimeBackend } from '../backend/backend.js';
import { at, distinct, execute, feed, type Values } from './execute.js';
import { rebuild } from './structure.js';
import { idsReachedByVariables, internals, isTrained } from './tfjs-internals.js';
import type { Trace, TracedGradient } from './trace.js';
import type { Memory, TraceGraphs } from './trace-graphs.js';

/** One call of a captured function. */
export interface Call {
  readonly backend: OnnxruntimeBackend;
  readonly leaves: readonly Tensor[];
  readonly memory: Memory;
  readonly traceFor: (wanted: readonly number[] | null) => Trace;
  readonly graphsFor: (
    trace: Trace,
    gradients: readonly TracedGradient[],
    memory: Memory,
  ) => TraceGraphs;
}

/** Without a gradient: the forward graph. */
export function infer(call: Call, trace: Trace): unknown {
  let returned: unknown;
  tidy(() => {
    const { forward } = call.graphsFor(trace, [], 'save');
    const values = feed(trace, call.leaves);
    execute(forward, values, trace, call.backend);
    const results = distinct(trace.results, values);
    returned = rebuild(trace.structure, results.values());
    return [...results];
  });
  return returned;
}

/** On the tape. Gradients towards variables come out of the backward graph; any other is traced when it is asked for. */
export function differentiate(call: Call): unknown {
  const { leaves } = call;
  const reached = idsReachedByVariables();
  const floats = leaves.flatMap((tensor, leaf) => (canHaveGradient(tensor) ? [leaf] : []));
  const wanted = floats.filter((leaf) => {
    const tensor = at(leaves, leaf);
    return isTrained(tensor) || reached.has(tensor.id);
  });
  const trace = call.traceFor(wanted);
  const others = floats.filter((leaf) => !wanted.includes(leaf));
  if (trace.gradients.length + others.length === 0) {
    return infer(call, trace);
  }
  const operation = new Operation(call, trace, others, floats);
  const results = internals().runKernelFunc({
    inputs: operation.inputs(),
    forwardFunc: (_, save) => operation.forward(save),
    backwardsFunc: (slopes, saved) => operation.backward([slopes].flat(), saved),
  });
  return rebuild(trace.structure, [results].flat().values());
}

class Operation {
  private readonly graphs: TraceGraphs;
  /** Names of the tensors that the tape saves, in this order; then come the arguments, where they may be needed. */
  private readonly order: readonly string[];
  private readonly arguments: readonly Tensor[];

  constructor(
    private readonly call: Call,
    private readonly trace: Trace,
    private readonly others: readonly number[],
    private readonly floats: readonly number[],
  ) {
    this.graphs = call.graphsFor(trace, trace.gradients, call.memory);
    const drawn = trace.recorder.inputs.filter(({ kind }) => kind === 'per-call');
    const forOthers = others.length > 0 ? drawn.map(({ name }) => name) : [];
    this.arguments = others.length > 0 ? call.leaves : [];
    const { saved, savedInputs } = this.graphs;
    this.order = [...new Set([...saved, ...savedInputs, ...forOthers])];
  }

  /** What gradients can be asked for, by key: those of the trace, then the other arguments. */
  inputs(): Readonly<Record<string, Tensor>> {
    const { leaves } = this.call;
    const tensors = this.trace.gradients.map((gradient) =>
      gradient.kind === 'argument' ? at(leaves, gradient.leaf) : gradient.tensor,
    );
    return numbered([...tensors, ...this.others.map((leaf) => at(leaves, leaf))]);
  }

  forward(save: (tensors: readonly Tensor[]) => void): readonly Tensor[] {
    const values = feed(this.trace, this.call.leaves);
    execute(this.graphs.forward, values, this.trace, this.call.backend);
    save([...distinctOf(this.order, values), ...this.arguments]);
    return distinct(this.trace.results, values);
  }

  backward(
    slopes: readonly Tensor[],
    saved: readonly Tensor[],
  ): Readonly<Record<string, () => Tensor>> {
    const { trace, graphs } = this;
    const values: Values = new Map();
    if (graphs.backward !== undefined) {
      addClosures(trace, values);
      this.order.forEach((name, i) => values.set(name, at(saved, i)));
      addSlopes(trace, slopes, values);
      execute(graphs.backward, values, trace, this.call.backend);
      this.releaseSaved(saved);
    }
    const gradients = distinct(
      trace.gradients.map(({ name }) => name),
      values,
    );
    return numbered([
      ...gradients.map((tensor) => () => tensor),
      ...this.others.map((leaf) => () => this.gradientOfOther(leaf, slopes, saved)),
    ]);
  }

  /** Early: the gradient of the operation before this one then uses the memory again. */
  private releaseSaved(saved: readonly Tensor[]): void {
    if (internals().state.gradientDepth === 0) {
      this.graphs.saved.forEach((_, i) => at(saved, i).dispose());
    }
  }

  /** Of an argument that no variable leads to: traced now, and recomputed. */
  private gradientOfOther(
    leaf: number,
    slopes: readonly Tensor[],
    saved: readonly Tensor[],
  ): Tensor {
    const { backend, graphsFor, traceFor } = this.call;
    const trace = traceFor(this.floats);
    const gradient = trace.gradients.find(
      (candidate) => candidate.kind === 'argument' && candidate.leaf === leaf,
    );
    const kept = saved.slice(this.order.length);
    if (gradient === undefined) {
      return zerosLike(at(kept, leaf));
    }
    const { backward } = graphsFor(trace, [gradient], 'recompute');
    if (backward === undefined) {
      throw new Error('a gradient was traced without a graph');
    }
    const drawn = new Map(this.order.map((name, i) => [name, at(saved, i)]));
    const values = feed(trace, kept, drawn);
    addSlopes(trace, slopes, values);
    execute(backward, values, trace, backend);
    return at(distinct([gradient.name], values), 0);
  }
}

function canHaveGradient(tensor: Tensor): boolean {
  return tensor.dtype === 'float32' && (!(tensor instanceof Variable) || tensor.trainable);
}

function addClosures({ recorder }: Trace, values: Values): void {
  for (const input of recorder.inputs) {
    if (input.kind === 'closure') {
      values.set(input.name, input.tensor);
    }
  }
}

function addSlopes(
  { recorder, floatResults }: Trace,
  slopes: readonly Tensor[],
  values: Values,
): void {
  for (const input of recorder.inputs) {
    if (input.kind === 'slope') {
      values.set(input.name, at(slopes, at(floatResults, input.result)));
    }
  }
}

function distinctOf(names: readonly string[], values: Values): readonly Tensor[] {
  return names.map((name) =>
    at(
      [values.get(name)].filter((tensor) => tensor !== undefined),
      0,
    ),
  );
}

function numbered<Item>(items: readonly Item[]): Readonly<Record<string, Item>> {
  return Object.fromEntries(items.map((item, i) => [String(i), item]));
}
