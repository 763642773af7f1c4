/** Starts each backend for a spec that runs on all of them; what cannot be captured then throws. */
import { dirname } from 'node:path';
import { startOnnxruntime } from '@consilium/tfjs-onnxruntime';
import { wholeEnvironment } from '../../config/environment.js';
import { insistOnCapture } from '../compiled.js';
import { openEngine, type BackendName, type Engine } from '../engine.js';

const tensorflowFolder = wholeEnvironment()['CONSILIUM_TENSORFLOW'];

/** TensorFlow only where its addon has been built, which a fresh checkout has not. */
export const BACKENDS: readonly BackendName[] = [
  'cpu',
  'wasm',
  'onnxruntime',
  ...(tensorflowFolder === undefined ? [] : ['tensorflow' as const]),
];

/** Where this checkout keeps the `.wasm` files. */
export const WASM_FOLDER = dirname(require.resolve('@tensorflow/tfjs-backend-wasm'));

/** Kernels that onnxruntime left to tfjs's own JavaScript since this process began, in a capture or out of one; each once. */
export const fallbacks: string[] = [];

export async function startBackend(backend: BackendName): Promise<Engine> {
  const warn = (message: string): void => {
    throw new Error(message);
  };
  insistOnCapture();
  if (backend === 'onnxruntime') {
    // The options of the first start hold for the process.
    const onFallback = (kernel: string, inputs: string): unknown =>
      fallbacks.push(`${kernel} of ${inputs}`);
    await startOnnxruntime({ threads: 2, warn, onFallback });
  }
  const { engine } = await openEngine({
    wasmFolder: WASM_FOLDER,
    choice: backend,
    warn,
    threads: 2,
    tensorflowFolder,
  });
  return engine;
}
