/** onnxruntime on the processor: kernels as small graphs, whole functions as captured ones. */
import { startOnnxruntime } from '@consilium/tfjs-onnxruntime';
import { registerComposites } from '../composites.js';
import { absent, PROCESSOR, type EngineStarter } from '../starter.js';

const POOL_BYTES = 2 ** 30;
/** Of the memory that the process may take. */
const POOL_SHARE = 0.25;

export const onnxruntime: EngineStarter = {
  name: 'onnxruntime',
  start: async ({ threads, memoryBytes = Number.POSITIVE_INFINITY, device, warn }) => {
    if (device === 'gpu') {
      return absent('it computes on the processor', 'Choose webgpu or tensorflow for a GPU.');
    }
    const started = await startOnnxruntime({
      ...(threads === undefined ? {} : { threads }),
      poolBytes: Math.floor(Math.min(POOL_BYTES, memoryBytes * POOL_SHARE)),
      warn,
    });
    registerComposites('onnxruntime');
    return {
      kind: 'started',
      backend: 'onnxruntime',
      version: started.version,
      device: PROCESSOR,
      threads: started.threads,
    };
  },
};
