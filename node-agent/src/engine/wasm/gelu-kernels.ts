/**
 * GELU and its gradient in one pass over the memory of the wasm module. As single operations they are the slowest
 * element-by-element part of a transformer block: the backend's erf alone takes as long as the product before it.
 */
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type * as tf from '@tensorflow/tfjs-core';
import { gelu, geluSlope } from '../gelu-table.js';
import { floatsOf } from './wasm-backend.js';

export function geluKernels(backend: BackendWasm): readonly tf.KernelConfig[] {
  return [
    {
      kernelName: 'Gelu',
      backendName: 'wasm',
      kernelFunc: ({ inputs }) => {
        const x = inputs['x'] as tf.TensorInfo;
        const out = backend.makeOutput(x.shape, 'float32');
        gelu(floatsOf(backend, x), floatsOf(backend, out));
        return out;
      },
    },
    {
      kernelName: 'GeluGrad',
      backendName: 'wasm',
      kernelFunc: ({ inputs }) => {
        const x = inputs['x'] as tf.TensorInfo;
        const dy = inputs['dy'] as tf.TensorInfo;
        const out = backend.makeOutput(x.shape, 'float32');
        geluSlope(floatsOf(backend, x), floatsOf(backend, dy), floatsOf(backend, out));
        return out;
      },
    },
  ];
}
