/** WebAssembly with kernels of our own: one thread, on every platform. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { registerComposites } from '../composites.js';
import { absent, PROCESSOR, type EngineStarter } from '../starter.js';
import { registerWasmKernels } from './register.js';

const WASM_FILE = 'tfjs-backend-wasm-simd.wasm';
let folderInUse: string | undefined;

export const wasm: EngineStarter = {
  name: 'wasm',
  start: async ({ wasmFolder, device }) => {
    if (device === 'gpu') {
      return absent('it computes on the processor', 'Choose webgpu or tensorflow for a GPU.');
    }
    // tfjs refuses a second try after a failed start, so the file is looked for first.
    if (folderInUse === undefined) {
      if (!existsSync(join(wasmFolder, WASM_FILE))) {
        return absent(`${WASM_FILE} is missing`, 'Install the agent anew.');
      }
      setWasmPaths(join(wasmFolder, '/'));
      folderInUse = wasmFolder;
    }
    if (!(await tf.setBackend('wasm'))) {
      throw new Error('tfjs could not start WebAssembly');
    }
    registerWasmKernels();
    registerComposites('wasm');
    const version = tf.version_core;
    return { kind: 'started', backend: 'wasm', version, device: PROCESSOR, threads: 1 };
  },
};
