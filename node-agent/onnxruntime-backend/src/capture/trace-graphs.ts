/** The graphs of a trace: one forward, and one backward with what it needs of the forward one. */
import { Variable } from '@tensorflow/tfjs-core';
import type { OnnxruntimeBackend } from '../backend/backend.js';
import { type Extract, extract } from './extract.js';
import { keptValues } from './kept-values.js';
import type { Trace, TracedGradient } from './trace.js';

/** What is kept between the forward and the backward graph: what the backward graph reads, or nothing but the arguments. */
export type Memory = 'save' | 'recompute';

export interface TraceGraphs {
  readonly forward: Extract;
  /** Absent where no gradient is wanted. */
  readonly backward?: Extract;
  /** Values that the forward graph returns besides the results, for the backward graph. */
  readonly saved: readonly string[];
  /** Inputs that the backward graph reads and that may have changed until then. */
  readonly savedInputs: readonly string[];
}

/** @throws CaptureError when onnxruntime refuses a graph */
export function graphsOf(
  trace: Trace,
  gradients: readonly TracedGradient[],
  memory: Memory,
  backend: OnnxruntimeBackend,
): TraceGraphs {
  const { recorder } = trace;
  const { nodes } = recorder.values.graph;
  const forward = nodes.slice(0, trace.forwardNodes);
  const inputs = recorder.inputs.filter(({ kind }) => kind !== 'slope').map(({ name }) => name);
  const cut = (given: readonly string[], outputs: readonly string[], all: boolean): Extract =>
    extract(recorder, all ? nodes : forward, given, outputs, backend);
  if (gradients.length === 0) {
    return { forward: cut(inputs, unique(trace.results), false), saved: [], savedInputs: [] };
  }
  const outputs = unique(gradients.map(({ name }) => name));
  const saved = memory === 'recompute' ? [] : savedValues(trace, outputs, inputs);
  const slopes = recorder.inputs.filter(({ kind }) => kind === 'slope').map(({ name }) => name);
  const backward = cut([...inputs, ...slopes, ...saved], outputs, true);
  return {
    forward: cut(inputs, unique([...trace.results, ...saved]), false),
    backward,
    saved,
    savedInputs: changeable(trace).filter((name) => backward.inputs.includes(name)),
  };
}

function savedValues(
  { recorder, forwardNodes }: Trace,
  outputs: readonly string[],
  inputs: readonly string[],
): readonly string[] {
  const { nodes } = recorder.values.graph;
  const forward = nodes.slice(0, forwardNodes);
  const read = new Set(outputs);
  for (const node of nodes.slice(forwardNodes).toReversed()) {
    if (node.outputs.some((name) => read.has(name))) {
      node.inputs.forEach((name) => read.add(name));
    }
  }
  const produced = new Set(forward.flatMap((node) => node.outputs));
  const given = new Set(inputs);
  const wanted = [...read].filter((name) => produced.has(name) || given.has(name));
  const closures = recorder.inputs.filter(({ kind }) => kind === 'closure');
  const free = new Set(closures.map(({ name }) => name));
  return keptValues(recorder, forward, wanted, free).filter((name) => !given.has(name));
}

/** All inputs but frozen tensors, which are read where they are. */
function changeable({ recorder }: Trace): readonly string[] {
  return recorder.inputs
    .filter(
      (input) =>
        input.kind === 'argument' ||
        input.kind === 'per-call' ||
        (input.kind === 'closure' && (input.owned || input.tensor instanceof Variable)),
    )
    .map(({ name }) => name);
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
