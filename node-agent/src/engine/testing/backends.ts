/** Starts each backend for a spec that runs on all of them. */
import { dirname } from 'node:path';
import { openEngine, type BackendName, type Engine } from '../engine.js';

export const BACKENDS: readonly BackendName[] = ['cpu', 'wasm'];

/** Where this checkout keeps the `.wasm` files. */
export const WASM_FOLDER = dirname(require.resolve('@tensorflow/tfjs-backend-wasm'));

export function startBackend(backend: BackendName): Promise<Engine> {
  const warn = (message: string): void => {
    throw new Error(message);
  };
  return openEngine({ wasmFolder: WASM_FOLDER, backend, warn });
}
