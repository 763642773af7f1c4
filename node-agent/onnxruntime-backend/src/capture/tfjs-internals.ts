/**
 * What capture uses of tfjs-core 4.22.0 that is no public API: the tape, and operations with a gradient of their own that
 * have several results. `tfjs-internals.spec.ts` holds the installed version to it.
 */
import { engine, type Tensor, type TensorInfo, Variable } from '@tensorflow/tfjs-core';

export interface TapeNode {
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly outputs: readonly Tensor[];
  readonly saved: readonly Tensor[];
}

interface TapeState {
  activeTape: readonly TapeNode[] | null;
  gradientDepth: number;
  kernelDepth: number;
}

/** An operation of several inputs and results that brings its own gradient. */
export interface CustomOperation {
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly forwardFunc: (
    backend: unknown,
    save: (tensors: readonly Tensor[]) => void,
  ) => readonly Tensor[];
  /** Gradients by the name of the input, each computed when it is asked for. */
  readonly backwardsFunc: (
    slopes: Tensor | readonly Tensor[],
    saved: readonly Tensor[],
  ) => Readonly<Record<string, () => Tensor>>;
}

export interface EngineInternals {
  readonly state: TapeState;
  gradients(
    f: () => Tensor,
    xs: readonly Tensor[],
    dy: null,
    allowNoGradients: true,
  ): { readonly grads: readonly (Tensor | undefined)[] };
  runKernelFunc(operation: CustomOperation): Tensor | readonly Tensor[];
  makeTensorFromTensorInfo(info: TensorInfo): Tensor;
  makeVariable(...parameters: readonly unknown[]): Variable;
}

export function internals(): EngineInternals {
  return engine() as unknown as EngineInternals;
}

/** Whether operations are recorded for a gradient just now. */
export function isTapeOn(): boolean {
  const { gradientDepth, kernelDepth } = internals().state;
  return gradientDepth > 0 && kernelDepth === 0;
}

/** Ids of the tensors on the current tape that depend on a trainable variable. */
export function idsReachedByVariables(): ReadonlySet<number> {
  const reached = new Set<number>();
  const depends = (tensor: Tensor): boolean => reached.has(tensor.id) || isTrained(tensor);
  for (const { inputs, outputs } of internals().state.activeTape ?? []) {
    if (Object.values(inputs).some(depends)) {
      outputs.forEach(({ id }) => reached.add(id));
    }
  }
  return reached;
}

export function isTrained(tensor: Tensor): boolean {
  return tensor instanceof Variable && tensor.trainable;
}

/** Runs with no tape and at depth 0, as if no gradient were being computed, and restores both, whatever happens. */
export function withoutTape<T>(run: () => T): T {
  const { state } = internals();
  const { activeTape, gradientDepth, kernelDepth } = state;
  Object.assign(state, { activeTape: null, gradientDepth: 0, kernelDepth: 0 });
  try {
    return run();
  } finally {
    // Only after a failure is there a tape left, with tensors that its gradient would have disposed of.
    state.activeTape?.forEach(({ saved }) => saved.forEach((tensor) => tensor.dispose()));
    Object.assign(state, { activeTape, gradientDepth, kernelDepth });
  }
}
