/** Functions of tfjs operations that run as captured graphs. */
import { type Tensor, type TensorContainer, tidy } from '@tensorflow/tfjs-core';
import { currentBackend, type OnnxruntimeBackend } from '../backend/backend.js';
import { CaptureError } from './capture-error.js';
import { CapturedFunction } from './captured-function.js';
import { type Call, differentiate, infer } from './differentiable.js';
import { GraphRecorder } from './graph-recorder.js';
import { withRandomNumbers } from './guards.js';
import { flatten } from './structure.js';
import { isTapeOn } from './tfjs-internals.js';
import type { Memory } from './trace-graphs.js';

export interface CompileOptions {
  /** What messages call the function; default: its own name. */
  readonly name?: string;
  /**
   * 'save' (default) keeps what the gradient reads, 'recompute' only the arguments, and computes the rest again: less memory
   * for about a quarter more time.
   */
  readonly memory?: Memory;
  /** What happens when the function cannot be captured: it throws (default), or warns once and runs plainly from then on. */
  readonly onFail?: 'throw' | 'plain';
  /** For tests: trace at every call, and refuse if the function has come to read other tensors or to take another path. */
  readonly check?: boolean;
}

export interface Compiled<Args extends readonly unknown[], Result> {
  (...args: Args): Result;
  /** Forgets the traces and disposes of the constants that live with them. */
  dispose(): void;
}

/**
 * A function that runs `fn` as captured graphs where this backend is the current one, and plainly anywhere else. It is traced
 * at the first call of each signature (structure, types and shapes of the arguments; numbers, texts and flags by value).
 * Within another captured function it becomes part of that.
 * @throws CaptureError (the returned function) with the reason and the line, unless `onFail` is 'plain'
 */
export function compiled<Args extends readonly unknown[], Result>(
  fn: (...args: Args) => Result,
  options: CompileOptions = {},
): Compiled<Args, Result> {
  const captured = new CapturedFunction(options.check ?? false);
  let isPlain = false;
  const plainly = (args: Args): Result => tidy(() => fn(...args) as TensorContainer) as Result;

  const call = (...args: Args): Result => {
    const backend = currentBackend();
    if (isPlain || backend === null || backend.recorder !== null) {
      return plainly(args);
    }
    try {
      return runCaptured(captured, fn, args, options, backend);
    } catch (error) {
      if (!(error instanceof CaptureError) || options.onFail !== 'plain') {
        throw error;
      }
      backend.settings.warn(`${error.message}; it runs one operator at a time instead`);
      isPlain = true;
      return plainly(args);
    }
  };
  return Object.assign(call, { dispose: () => captured.dispose() });
}

/**
 * Within a captured function: a tensor that is made anew for every call, such as a random mask; the backward graph reads the
 * same one. Anywhere else it is simply made.
 * @param make returns a tensor of the same shape and type every time
 */
export function perCall<T extends Tensor>(make: () => T): T {
  const backend = currentBackend();
  const recorder = backend?.recorder;
  if (!backend || !(recorder instanceof GraphRecorder)) {
    return make();
  }
  backend.recorder = null;
  let example: { readonly shape: readonly number[]; readonly dtype: string } | undefined;
  try {
    tidy(() => {
      const { shape, dtype } = withRandomNumbers(make);
      example = { shape, dtype };
    });
  } finally {
    backend.recorder = recorder;
  }
  if (example === undefined) {
    return recorder.fail('perCall made no tensor');
  }
  return recorder.addInput({ kind: 'per-call', make }, example.shape, example.dtype) as T;
}

function runCaptured<Args extends readonly unknown[], Result>(
  captured: CapturedFunction,
  fn: (...args: Args) => Result,
  args: Args,
  { name, memory = 'save' }: CompileOptions,
  backend: OnnxruntimeBackend,
): Result {
  const label = name ?? (fn.name === '' ? 'the function' : fn.name);
  const leaves: Tensor[] = [];
  const signature = flattened(label, args, leaves);
  const subject = { fn: fn as (...args: readonly unknown[]) => unknown, label, args, leaves };
  const call: Call = {
    backend,
    leaves,
    memory,
    traceFor: (wanted) => captured.traceFor(subject, signature, wanted, backend),
    graphsFor: (trace, gradients, kept) => captured.graphsFor(trace, gradients, kept, backend),
  };
  return (isTapeOn() ? differentiate(call) : infer(call, call.traceFor(null))) as Result;
}

function flattened(label: string, args: readonly unknown[], leaves: Tensor[]): string {
  try {
    return flatten(args, leaves);
  } catch (error) {
    if (error instanceof CaptureError) {
      throw new CaptureError(`${label} cannot be captured: ${error.message}`);
    }
    throw error;
  }
}
