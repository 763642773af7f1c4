/** Cuts a graph out of a trace, under canonical names: equal parts of equal models give equal bytes, and so share a session. */
import type { OnnxruntimeBackend } from '../backend/backend.js';
import { Graph, type GraphNode, type Initializer } from '../onnx/graph.js';
import { makeModel, type Model } from '../sessions/model.js';
import { CaptureError } from './capture-error.js';
import type { GraphRecorder } from './graph-recorder.js';

export interface Extract {
  readonly model: Model;
  /** Names in the trace of what has to be fed, in the order of the model's inputs. */
  readonly inputs: readonly string[];
  /** Names in the trace of what comes out. */
  readonly outputs: readonly string[];
}

/**
 * The nodes that compute `outputs` out of `given`.
 * @throws CaptureError when onnxruntime refuses the graph
 */
export function extract(
  recorder: GraphRecorder,
  nodes: readonly GraphNode[],
  given: readonly string[],
  outputs: readonly string[],
  backend: OnnxruntimeBackend,
): Extract {
  const { live, needed } = liveNodes(nodes, new Set(given), outputs);
  const inputs = given.filter((name) => needed.has(name));
  const model = makeModel(new Extraction(recorder).graph(live, inputs, outputs));
  try {
    backend.prepareGraph(model);
  } catch (error) {
    throw new CaptureError(
      `${recorder.label} cannot be captured: onnxruntime refuses its graph: ${String(error)}`,
      { cause: error },
    );
  }
  return { model, inputs, outputs };
}

/** What has to run, and every name that it reads. */
function liveNodes(
  nodes: readonly GraphNode[],
  given: ReadonlySet<string>,
  outputs: readonly string[],
): { readonly live: readonly GraphNode[]; readonly needed: ReadonlySet<string> } {
  const needed = new Set(outputs);
  const live = nodes.toReversed().filter((node) => {
    const isRead = node.outputs.some((name) => needed.has(name) && !given.has(name));
    if (isRead) {
      node.inputs.forEach((name) => needed.add(name));
    }
    return isRead;
  });
  return { live: live.toReversed(), needed };
}

class Extraction {
  private readonly extracted = new Graph();
  private readonly names = new Map<string, string>();
  private readonly initializers: ReadonlyMap<string, Initializer>;

  constructor(private readonly recorder: GraphRecorder) {
    const { initializers } = recorder.values.graph;
    this.initializers = new Map(initializers.map((tensor) => [tensor.name, tensor]));
  }

  graph(live: readonly GraphNode[], inputs: readonly string[], outputs: readonly string[]): Graph {
    for (const name of inputs) {
      const { type, shape } = this.recorder.values.known.get(name) ?? this.missing(name);
      this.names.set(name, this.extracted.input(type, shape));
    }
    const given = new Set(inputs);
    for (const node of live) {
      const renamed = this.extracted.ops(
        node.type,
        node.inputs.map((name) => this.rename(name)),
        node.outputs.length,
        node.attributes,
      );
      node.outputs.forEach((name, i) => {
        if (!given.has(name)) {
          this.names.set(name, renamed[i] ?? this.missing(name));
        }
      });
    }
    this.addOutputs(outputs);
    return this.extracted;
  }

  /** An output has to be the result of a node, and of one that no other output has. */
  private addOutputs(outputs: readonly string[]): void {
    const fresh = new Set(this.extracted.nodes.flatMap((node) => node.outputs));
    for (const output of outputs) {
      const { type } = this.recorder.values.known.get(output) ?? this.missing(output);
      const name = this.rename(output);
      this.extracted.output(
        fresh.delete(name) ? name : this.extracted.op('Identity', [name]),
        type,
      );
    }
  }

  private rename(name: string): string {
    const known = this.names.get(name);
    if (known !== undefined) {
      return known;
    }
    const { type, shape, bytes } = this.initializers.get(name) ?? this.missing(name);
    const constant = this.extracted.constant(type, shape, bytes);
    this.names.set(name, constant);
    return constant;
  }

  private missing(name: string): never {
    throw new Error(`${this.recorder.label}: the value ${name} of the trace is not at hand`);
  }
}
