/** Puts our kernels into the wasm backend: once for a process, after the backend has started. */
import * as tf from '@tensorflow/tfjs-core';
import { registerBatchMatMul } from './batch-mat-mul.js';
import { composedKernels } from './composed-kernels.js';
import { geluKernels } from './gelu-kernels.js';
import { registerIdentity } from './identity.js';
import { requireWasmBackend } from './wasm-backend.js';

let registered = false;

/** @throws ConsiliumError 'engine-missing' when the backend is not the version these kernels were written for */
export function registerWasmKernels(): void {
  if (registered) {
    return;
  }
  const backend = requireWasmBackend();
  registerBatchMatMul(backend);
  registerIdentity(backend);
  for (const kernel of [...composedKernels, ...geluKernels(backend)]) {
    tf.registerKernel(kernel);
  }
  registered = true;
}
