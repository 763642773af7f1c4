/**
 * TensorFlow through @tensorflow/tfjs-node, built by `tensorflow-addon/build.mjs` into a folder of its own. It brings its own
 * copy of tfjs-core; both share one engine and one registry of kernels, which are global to the process.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { wholeEnvironment } from '../../config/environment.js';
import { registerComposites } from '../composites.js';
import { absent, PROCESSOR, type EngineStarter, type Started } from '../starter.js';

interface Addon {
  readonly version_core: string;
  engine(): unknown;
}

interface NodeBackend {
  readonly binding: { readonly TF_Version: string };
  readonly isUsingGpuDevice: boolean;
}

/** What Linux calls the GPUs that TensorFlow knows: NVIDIA's, AMD's, and those of Windows below Linux. */
const GPU_DEVICES = ['/dev/nvidiactl', '/dev/kfd', '/dev/dxg'];

const REMEDY =
  'Build it with "node node-agent/tensorflow-addon/build.mjs" and let CONSILIUM_TENSORFLOW name its folder.';

/** Threads that it was started with. */
let startedThreads: number | undefined;

export const tensorflow: EngineStarter = {
  name: 'tensorflow',
  start: async ({ tensorflowFolder: folder, threads, device }) => {
    if (folder === undefined) {
      return absent('CONSILIUM_TENSORFLOW names no folder', REMEDY);
    }
    const addon = join(folder, 'node_modules', '@tensorflow', 'tfjs-node');
    if (!existsSync(addon)) {
      return absent('the folder of CONSILIUM_TENSORFLOW holds no addon', REMEDY);
    }
    if (device === 'gpu' && !GPU_DEVICES.some((path) => existsSync(path))) {
      return absent('this machine shows no GPU', 'Install the driver of the GPU.');
    }
    startedThreads ??= load(addon, threads ?? availableParallelism());
    return describe(startedThreads, device);
  },
};

/** @throws Error when the addon does not fit this process */
function load(path: string, threads: number): number {
  const require = createRequire(import.meta.url);
  const util = require('node:util') as { isNullOrUndefined?: (value: unknown) => boolean };
  // tfjs-node 4.22.0 calls it, and Node 23 has dropped it.
  util.isNullOrUndefined ??= (value) => value === null || value === undefined;
  const environment = wholeEnvironment();
  // The library reads them when it is loaded.
  environment['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  environment['TF_NUM_INTRAOP_THREADS'] ??= String(threads);
  const addon = require(path) as Addon;
  if (addon.version_core !== tf.version_core || addon.engine() !== tf.engine()) {
    throw new Error(`the addon brings tfjs ${addon.version_core}, expected ${tf.version_core}`);
  }
  return Number(environment['TF_NUM_INTRAOP_THREADS']);
}

async function describe(threads: number, wanted: 'processor' | 'gpu' | undefined) {
  if (!(await tf.setBackend('tensorflow'))) {
    throw new Error('tfjs could not start TensorFlow');
  }
  const { binding, isUsingGpuDevice } = tf.backend() as unknown as NodeBackend;
  if (wanted === 'gpu' && !isUsingGpuDevice) {
    return absent('its TensorFlow found no GPU', 'Build it on a TensorFlow for this GPU.');
  }
  registerComposites('tensorflow');
  return {
    kind: 'started',
    backend: 'tensorflow',
    version: binding.TF_Version,
    device: isUsingGpuDevice ? 'gpu' : PROCESSOR,
    threads,
  } satisfies Started;
}
