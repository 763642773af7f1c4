/**
 * A clone without a copy. The backend's own kernel copies the values, and tfjs clones every tensor that a gradient saves; no
 * kernel writes into its inputs, so sharing is safe, as the backend's reshape does.
 */
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';

export function registerIdentity(backend: BackendWasm): void {
  tf.unregisterKernel(tf.Identity, 'wasm');
  tf.registerKernel({
    kernelName: tf.Identity,
    backendName: 'wasm',
    kernelFunc: ({ inputs }) => {
      const { dataId, shape, dtype } = inputs['x'] as tf.TensorInfo;
      backend.incRef(dataId);
      return { dataId, shape, dtype };
    },
  });
}
