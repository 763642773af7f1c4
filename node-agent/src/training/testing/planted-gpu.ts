/**
 * Packages in the place of Dawn and of tfjs's WebGPU backend: a GPU by its own account, whose kernels are those of tfjs's cpu
 * backend until it fails in the middle of a training.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FAILURES = {
  'is lost': `throw new Error('the device was lost')`,
  'computes NaN': `context.backend.data.get(result.dataId).values.fill(NaN)`,
  'ends the process': `process.abort()`,
  'runs out of memory once': `if (!process.argv.includes('--shortages=1')) {
    throw new RangeError('Array buffer allocation failed');
  }`,
} as const;

export type Failure = keyof typeof FAILURES;

const DAWN = `
exports.globals = {};
exports.create = () => ({
  requestAdapter: async () => ({
    info: { vendor: 'planted', architecture: 'none', device: '1', description: 'Planted GPU' },
  }),
});
`;

/** A square root is taken for each tensor of a step of AdamW, and nowhere else. */
function backend(failure: Failure): string {
  const [tf, cpu] = ['tfjs-core', 'tfjs-backend-cpu'].map((name) =>
    JSON.stringify(require.resolve(`@tensorflow/${name}`)),
  );
  return `
const tf = require(${tf});
const { MathBackendCPU } = require(${cpu});

tf.registerBackend('webgpu', () => new MathBackendCPU());
tf.copyRegisteredKernels('cpu', 'webgpu');
const { kernelFunc } = tf.getKernel('Sqrt', 'webgpu');
tf.unregisterKernel('Sqrt', 'webgpu');
let calls = 0;
tf.registerKernel({
  kernelName: 'Sqrt',
  backendName: 'webgpu',
  kernelFunc: (context) => {
    const result = kernelFunc(context);
    calls += 1;
    if (calls > 10) {
      ${FAILURES[failure]};
    }
    return result;
  },
});
`;
}

/** @returns the folder, as `planted-gpu-trainer.cjs` wants it */
export function plantGpu(folder: string, failure: Failure): string {
  const packages = { webgpu: DAWN, '@tensorflow/tfjs-backend-webgpu': backend(failure) };
  for (const [name, source] of Object.entries(packages)) {
    const path = join(folder, 'node_modules', name);
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, 'index.js'), source);
  }
  return folder;
}
