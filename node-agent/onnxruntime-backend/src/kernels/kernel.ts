/** How a kernel is written down: a name, and a function that runs it as a graph or says null where it has no form for these arguments. */
import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import type { OnnxruntimeBackend } from '../backend/backend.js';
import { type Execution, spec } from '../backend/execution.js';
import { elementCount, type ElementType, viewOf } from '../onnx/element-types.js';
import type { Graph } from '../onnx/graph.js';

export interface KernelCall<Inputs, Attributes> {
  readonly inputs: Inputs;
  readonly attrs: Attributes;
  readonly backend: OnnxruntimeBackend;
}

export type KernelResult = TensorInfo | TensorInfo[] | null;

type KernelArguments = Parameters<KernelConfig['kernelFunc']>[0];

export interface GraphKernel {
  readonly name: string;
  readonly run: (call: KernelArguments) => KernelResult;
  /** What runs where there is no graph is as it should be (a view, not a slow copy): nothing to report. */
  readonly quiet: boolean;
}

export interface OneInput {
  readonly x: TensorInfo;
}

export interface TwoInputs {
  readonly a: TensorInfo;
  readonly b: TensorInfo;
}

/** @param run null = no graph for these arguments: tfjs's own kernel runs, or the capture is refused */
export function kernel<Inputs, Attributes = object>(
  name: string,
  run: (call: KernelCall<Inputs, Attributes>) => KernelResult,
): GraphKernel {
  return { name, run: (call) => run(call as unknown as Parameters<typeof run>[0]), quiet: false };
}

/** A kernel that only a captured graph needs: outside of one, tfjs's own shares memory instead of copying it. */
export function viewKernel<Inputs, Attributes = object>(
  name: string,
  run: (call: KernelCall<Inputs, Attributes>) => KernelResult,
): GraphKernel {
  const { run: inner } = kernel(name, run);
  const whileCapturing = (call: KernelArguments): KernelResult =>
    (call.backend as OnnxruntimeBackend).recorder === null ? null : inner(call);
  return { name, run: whileCapturing, quiet: true };
}

type SingleOptions = Pick<Execution, 'integers' | 'heavy' | 'elementwise' | 'neutral'>;

/** Runs a graph with one output. */
export function single(
  backend: OnnxruntimeBackend,
  key: string,
  inputs: readonly TensorInfo[],
  output: readonly [shape: readonly number[], type: ElementType],
  build: (graph: Graph, ...inputs: readonly string[]) => string,
  options: SingleOptions = {},
): TensorInfo {
  const [result] = backend.execute({
    key,
    inputs,
    outputs: [spec(...output)],
    build: (graph, names) => [build(graph, ...names)],
    ...options,
  });
  if (result === undefined) {
    throw new Error(`kernel ${key} gave no result`);
  }
  return result;
}

/** All float32, none empty. */
export function areFloats(...tensors: readonly TensorInfo[]): boolean {
  return tensors.every(({ dtype, shape }) => dtype === 'float32' && elementCount(shape) > 0);
}

/** The one type of all of them, if graphs know it and none is empty. */
export function commonType(tensors: readonly TensorInfo[]): ElementType | null {
  const [first] = tensors;
  if (first === undefined || tensors.some(({ dtype }) => dtype !== first.dtype)) {
    return null;
  }
  if (tensors.some(({ shape }) => elementCount(shape) === 0)) {
    return null;
  }
  const { dtype } = first;
  return dtype === 'float32' || dtype === 'int32' || dtype === 'bool' ? dtype : null;
}

/** The tensor again, without a copy. */
export function same(backend: OnnxruntimeBackend, x: TensorInfo): TensorInfo {
  const view = backend.recorder === null ? null : backend.recorder.view(x, x.shape);
  if (view !== null) {
    return view;
  }
  backend.incRef(x.dataId);
  return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
}

/** A tensor of no elements: a constant, whatever it was made of. */
export function emptyTensor(
  backend: OnnxruntimeBackend,
  shape: readonly number[],
  type: ElementType,
): TensorInfo {
  return backend.makeTensorInfo([...shape], type, viewOf(new ArrayBuffer(0), type));
}
