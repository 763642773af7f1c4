/** Starts the backend in this thread. */
import '@tensorflow/tfjs-backend-cpu';
import { availableParallelism } from 'node:os';
import { registerBackend, setBackend } from '@tensorflow/tfjs-core';
import { BACKEND_NAME, OnnxruntimeBackend } from './backend/backend.js';
import { registerKernels } from './kernels/register.js';
import { loadBinding } from './sessions/binding.js';
import { outputsSkipTheCopy } from './sessions/output-probe.js';

export interface StartOptions {
  /** Threads of a costly operation; default: as many as the machine runs at once. */
  readonly threads?: number;
  /** Memory of disposed tensors kept for reuse, in bytes; default 1 GiB. */
  readonly poolBytes?: number;
  /** Sessions of captured graphs kept at once; default 32. */
  readonly graphSessions?: number;
  /** Fill results in place if the probe allows it; default true. */
  readonly inPlace?: boolean;
  /** Called once for each kernel that runs as tfjs's own JavaScript, with the types and shapes of that first call. */
  readonly onFallback?: (kernel: string, inputs: string) => void;
  /** Receives a sentence when a function cannot be captured and runs plainly; default: a warning of the process. */
  readonly warn?: (message: string) => void;
}

export interface Started {
  readonly backend: typeof BACKEND_NAME;
  /** Version of onnxruntime. */
  readonly version: string;
  readonly threads: number;
  /** False: the binding copies every result once more, which costs time but changes no number. */
  readonly inPlace: boolean;
}

let started: Started | undefined;

/**
 * Starts the backend and makes it tfjs's current one. Further calls only make it the current one again: one backend a thread,
 * with the options of the first call.
 * @throws Error when onnxruntime has no library for this platform, or is not the version this package was written for
 */
export async function startOnnxruntime(options: StartOptions = {}): Promise<Started> {
  started ??= await register(options);
  if (!(await setBackend(BACKEND_NAME))) {
    throw new Error('the onnxruntime backend did not start');
  }
  return started;
}

async function register(options: StartOptions): Promise<Started> {
  const binding = await loadBinding();
  const inPlace = options.inPlace !== false && outputsSkipTheCopy(binding);
  const threads = options.threads ?? availableParallelism();
  const settings = {
    threads,
    inPlace,
    poolBytes: options.poolBytes ?? 2 ** 30,
    graphSessions: options.graphSessions ?? 32,
    onFallback: options.onFallback ?? (() => undefined),
    warn: options.warn ?? ((message: string) => process.emitWarning(message)),
  };
  registerBackend(BACKEND_NAME, () => new OnnxruntimeBackend(binding, settings));
  registerKernels();
  return { backend: BACKEND_NAME, version: binding.version, threads, inPlace };
}
