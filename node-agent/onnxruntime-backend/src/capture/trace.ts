/** Traces a function once: its operations, and those of tfjs's own gradient of it, become one graph. */
import { customGrad, keep, scalar, Tensor, tidy } from '@tensorflow/tfjs-core';
import type { OnnxruntimeBackend } from '../backend/backend.js';
import { GraphRecorder } from './graph-recorder.js';
import { guarded } from './guards.js';
import { flatten, rebuild } from './structure.js';
import { idsReachedByVariables, internals, withoutTape } from './tfjs-internals.js';

/** A gradient that the graph computes: with respect to an argument, or to a trainable variable closed over. */
export type TracedGradient = {
  readonly name: string;
} & (
  | { readonly kind: 'argument'; readonly leaf: number }
  | { readonly kind: 'variable'; readonly tensor: Tensor }
);

export interface Trace {
  readonly recorder: GraphRecorder;
  /** What the function returned, with tensors of the trace at the places of tensors. */
  readonly structure: unknown;
  /** Names of the results, in the order of the structure. */
  readonly results: readonly string[];
  /** Which results have a gradient with respect to them. */
  readonly floatResults: readonly number[];
  readonly gradients: readonly TracedGradient[];
  /** Number of nodes of the forward part. */
  readonly forwardNodes: number;
}

export interface Subject {
  readonly fn: (...args: readonly unknown[]) => unknown;
  readonly label: string;
  readonly args: readonly unknown[];
  readonly leaves: readonly Tensor[];
}

/**
 * @param wanted arguments whose gradient is traced, besides every trainable variable; null = no gradient at all
 * @throws CaptureError with the reason and the line of the model's code
 */
export function trace(
  subject: Subject,
  backend: OnnxruntimeBackend,
  wanted: readonly number[] | null,
): Trace {
  const recorder = new GraphRecorder(backend, subject.label, idsReachedByVariables());
  backend.recorder = recorder;
  try {
    return withoutTape(() =>
      guarded(recorder, () => {
        let traced: Trace | undefined;
        tidy(() => {
          traced = new Tracing(recorder, subject).run(wanted);
        });
        recorder.seal();
        return traced ?? recorder.fail('nothing was traced');
      }),
    );
  } catch (error) {
    recorder.disposeTables();
    throw error;
  } finally {
    backend.recorder = null;
  }
}

class Tracing {
  private structure: unknown;
  private tensors: readonly Tensor[] = [];
  private results: readonly string[] = [];
  private forwardNodes = 0;
  private slopes: readonly Tensor[] = [];

  constructor(
    private readonly recorder: GraphRecorder,
    private readonly subject: Subject,
  ) {}

  run(wanted: readonly number[] | null): Trace {
    const placeholders = this.subject.leaves.map((tensor, leaf) =>
      this.recorder.addInput({ kind: 'argument', leaf }, tensor.shape, tensor.dtype),
    );
    const gradients =
      wanted === null ? this.runForward(placeholders) : this.runWithGradient(placeholders, wanted);
    return {
      recorder: this.recorder,
      structure: this.structure,
      results: this.results,
      floatResults: this.tensors.flatMap(({ dtype }, i) => (dtype === 'float32' ? [i] : [])),
      gradients,
      forwardNodes: this.forwardNodes,
    };
  }

  private runForward(placeholders: readonly Tensor[]): readonly TracedGradient[] {
    this.call(placeholders);
    this.forwardNodes = this.recorder.values.graph.nodes.length;
    return [];
  }

  /** The tape's own gradient of an operation that joins all results: its slopes become inputs of the graph. */
  private runWithGradient(
    placeholders: readonly Tensor[],
    wanted: readonly number[],
  ): readonly TracedGradient[] {
    const sources: Source[] = wanted.map((leaf) => ({ kind: 'argument', leaf }));
    const xs = [scalar(0), ...wanted.flatMap((leaf) => placeholders[leaf] ?? [])];
    try {
      const { grads } = internals().gradients(
        () => {
          this.call(placeholders);
          const variables = this.recorder.trainedClosures();
          xs.push(...variables); // The list is read after this function.
          sources.push(...variables.map((tensor): Source => ({ kind: 'variable', tensor })));
          return this.join(this.tensors.filter(({ dtype }) => dtype === 'float32'));
        },
        xs,
        null,
        true,
      );
      return sources.flatMap((source, i) => {
        const gradient = grads[i + 1];
        return gradient ? [{ ...source, name: this.recorder.nameOf(gradient) }] : [];
      });
    } finally {
      this.slopes.forEach((tensor) => tensor.dispose());
    }
  }

  private call(placeholders: readonly Tensor[]): void {
    const { fn, args } = this.subject;
    const returned = fn(...(rebuild(args, placeholders.values()) as readonly unknown[]));
    if (returned instanceof Promise) {
      this.recorder.fail('it is asynchronous');
    }
    const tensors: Tensor[] = [];
    flatten(returned, tensors);
    this.structure = returned;
    this.tensors = tensors;
    this.results = tensors.map((tensor) => this.recorder.nameOf(tensor));
  }

  private join(results: readonly Tensor[]): Tensor {
    const joined = customGrad((...given) => {
      const tensors = given.filter((item): item is Tensor => item instanceof Tensor);
      this.forwardNodes = this.recorder.values.graph.nodes.length;
      this.recorder.inGradient = true;
      this.slopes = tensors.map(({ shape }, result) =>
        keep(this.recorder.addInput({ kind: 'slope', result }, shape, 'float32')),
      );
      return { value: scalar(0), gradFunc: () => [...this.slopes] };
    });
    return joined(...results);
  }
}

type Source =
  | { readonly kind: 'argument'; readonly leaf: number }
  | { readonly kind: 'variable'; readonly tensor: Tensor };
