/**
 * The tensor engine of this process. This folder alone picks a tfjs backend: WebAssembly with our kernels where it starts,
 * plain JavaScript with a warning where it does not. Model code is plain tfjs operations and runs on either.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import '@tensorflow/tfjs-backend-cpu';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { registerComposites } from './composites.js';
import { registerGradients } from './gradients/register.js';
import { registerWasmKernels } from './wasm/register.js';

export type BackendName = 'wasm' | 'cpu';

/** What a receipt of a training says about the machine that computed it. */
export interface Engine {
  readonly backend: BackendName;
  /** Version of the tensor library. */
  readonly version: string;
}

export interface EngineOptions {
  /** Folder that holds the `.wasm` files of `@tensorflow/tfjs-backend-wasm`. */
  readonly wasmFolder: string;
  /** Insists on one backend; absent = the fastest that starts. */
  readonly backend?: BackendName;
  /** Receives one sentence when the slow backend had to be taken. */
  readonly warn: (message: string) => void;
}

const WASM_FILE = 'tfjs-backend-wasm-simd.wasm';
let wasmFolderInUse: string | undefined;

/**
 * Starts the engine, or switches it when called again.
 * @throws ConsiliumError 'engine-missing' when the backend insisted on does not start
 */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  tf.enableProdMode(); // Otherwise tfjs prints an advertisement and checks every value.
  registerGradients();
  const wanted = options.backend ?? 'wasm';
  if (wanted === 'wasm' && (await startWasm(options.wasmFolder))) {
    return { backend: 'wasm', version: tf.version_core };
  }
  if (options.backend === 'wasm') {
    throw new ConsiliumError('engine-missing', 'the WebAssembly engine did not start');
  }
  if (options.backend === undefined) {
    options.warn('the WebAssembly engine did not start: training in plain JavaScript, far slower');
  }
  await tf.setBackend('cpu');
  registerComposites('cpu');
  return { backend: 'cpu', version: tf.version_core };
}

/** tfjs refuses a second try after a failed start, so the file is looked for first. */
async function startWasm(folder: string): Promise<boolean> {
  if (wasmFolderInUse === undefined) {
    if (!existsSync(join(folder, WASM_FILE))) {
      return false;
    }
    setWasmPaths(join(folder, '/'));
    wasmFolderInUse = folder;
  }
  if (!(await tf.setBackend('wasm'))) {
    return false;
  }
  registerWasmKernels();
  registerComposites('wasm');
  return true;
}
