/** The wasm backend of tfjs 4.22.0 as our kernels use it: a few of its internals, checked once when the kernels register. */
import { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { ConsiliumError } from '@consilium/shared/vocabulary';

/** What Emscripten adds to the module, of which tfjs does not ship the types. */
interface EmscriptenModule {
  readonly HEAPU8: Uint8Array;
  cwrap(name: string, result: null, parameters: readonly string[]): WasmFunction;
}

/** The module behind the backend; its `HEAPU8` is replaced whenever the memory grows. */
export function moduleOf(backend: BackendWasm): BackendWasm['wasm'] & EmscriptenModule {
  return backend.wasm as BackendWasm['wasm'] & EmscriptenModule;
}

/** A C function of the module, by its exported name. */
export type WasmFunction = (...args: readonly (number | boolean | Uint8Array)[]) => void;

/** @throws ConsiliumError 'engine-missing' when the installed version differs from the one these kernels were written for */
export function requireWasmBackend(): BackendWasm {
  const backend = tf.backend();
  if (!(backend instanceof BackendWasm) || typeof backend.dataIdMap.get !== 'function') {
    throw new ConsiliumError('engine-missing', 'the WebAssembly engine is not the one expected');
  }
  return backend;
}

/** The number under which the module knows a tensor. */
export function idOf(backend: BackendWasm, tensor: tf.TensorInfo): number {
  return backend.dataIdMap.get(tensor.dataId).id;
}

/** Address of a tensor's first byte in the memory of the module. */
export function addressOf(backend: BackendWasm, tensor: tf.TensorInfo): number {
  return backend.getMemoryOffset(tensor.dataId);
}

/** A view, valid until the next allocation, which may move the memory. */
export function floatsOf(backend: BackendWasm, tensor: tf.TensorInfo): Float32Array {
  const size = tf.util.sizeFromShape(tensor.shape);
  return new Float32Array(moduleOf(backend).HEAPU8.buffer, addressOf(backend, tensor), size);
}
