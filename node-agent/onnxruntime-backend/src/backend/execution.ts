/** What a kernel asks for: a small graph over its inputs. The backend runs it; while a function is captured, a recorder appends it to a larger one. */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { ElementType } from '../onnx/element-types.js';
import type { Graph } from '../onnx/graph.js';
import type { OutputSpec } from '../sessions/session.js';

export interface Execution {
  /** Names the graph among those of this backend: equal keys mean equal graphs, up to shapes. */
  readonly key: string;
  /** Appends nodes; gets the names of the inputs, then of the integer lists; returns the names of the outputs. */
  readonly build: (graph: Graph, inputs: readonly string[]) => readonly string[];
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly OutputSpec[];
  /** Lists of int64 (shapes, offsets), so that one session serves all of them. */
  readonly integers?: readonly (readonly number[])[];
  /** Costly enough for several threads. */
  readonly heavy?: boolean;
  /** One output, each element from the elements at its place, inputs broadcast as NumPy does. */
  readonly elementwise?: boolean;
  /** Of an element-by-element operation on two: an input filled with this number leaves the other as it is. */
  readonly neutral?: number;
}

/** Stands in for the backend while a function is captured. */
export interface Recorder {
  execute(execution: Execution): readonly TensorInfo[];
  /** The same numbers under another shape; null for a constant, whose values are at hand. */
  view(tensor: TensorInfo, shape: readonly number[]): TensorInfo | null;
  /** A tensor was written from numbers: a constant of the graph. */
  wrote(dataId: object): void;
  /** @throws CaptureError unless the tensor is a constant */
  read(dataId: object): void;
  /** @throws CaptureError unless the kernel gets nothing but constants, whose result is then a constant too */
  fallBack(kernel: string, inputs: readonly TensorInfo[]): void;
}

export function spec(shape: readonly number[], type: ElementType = 'float32'): OutputSpec {
  return { shape, type };
}
