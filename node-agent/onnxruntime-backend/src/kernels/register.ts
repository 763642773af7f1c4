/** Puts all kernels into the backend: those of the tables as graphs, all others as tfjs's own JavaScript on the same arrays. */
import {
  getKernelsForBackend,
  type KernelConfig,
  registerKernel,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { BACKEND_NAME, describe, type OnnxruntimeBackend } from '../backend/backend.js';
import { arithmeticKernels } from './arithmetic.js';
import { constantKernels } from './constants.js';
import { convolutionKernels } from './convolutions.js';
import { functionKernels } from './functions.js';
import { indexingKernels } from './indexing.js';
import { registerCompositeGradients } from './composites.js';
import type { GraphKernel } from './kernel.js';
import { layoutKernels } from './layout.js';
import { normalizationKernels } from './normalization.js';
import { paddingKernels } from './padding.js';
import { productKernels } from './products.js';
import { reductionKernels } from './reductions.js';

export const graphKernels: readonly GraphKernel[] = [
  ...constantKernels,
  ...functionKernels,
  ...arithmeticKernels,
  ...reductionKernels,
  ...layoutKernels,
  ...paddingKernels,
  ...indexingKernels,
  ...productKernels,
  ...convolutionKernels,
  ...normalizationKernels,
];

type KernelFunction = KernelConfig['kernelFunc'];

/** Once for a process. */
export function registerKernels(): void {
  registerCompositeGradients();
  const plain = new Map(
    getKernelsForBackend('cpu').map(({ kernelName, kernelFunc }) => [kernelName, kernelFunc]),
  );
  for (const { name, run, quiet } of graphKernels) {
    const otherwise = fallback(name, plain.get(name), quiet);
    const kernelFunc: KernelFunction = (call) => run(call) ?? otherwise(call);
    registerKernel({ kernelName: name, backendName: BACKEND_NAME, kernelFunc });
    plain.delete(name);
  }
  for (const [name, kernelFunc] of plain) {
    const otherwise = fallback(name, kernelFunc, false);
    registerKernel({ kernelName: name, backendName: BACKEND_NAME, kernelFunc: otherwise });
  }
}

/** tfjs's own kernel: what it returns may share memory with its inputs, which must then never be filled again. */
function fallback(
  name: string,
  kernelFunc: KernelFunction | undefined,
  quiet: boolean,
): KernelFunction {
  return (call) => {
    const backend = call.backend as OnnxruntimeBackend;
    const inputs = tensorsOf(call.inputs);
    backend.recorder?.fallBack(name, inputs);
    if (kernelFunc === undefined) {
      throw new Error(`kernel ${name} takes no ${describe(inputs)}`);
    }
    if (!quiet && inputs.length > 0) {
      backend.reportFallback(name, inputs);
    }
    const result = kernelFunc(call);
    for (const { dataId } of Array.isArray(result) ? result : [result]) {
      if (!inputs.some((input) => input.dataId === dataId)) {
        backend.pool.release(backend.data.get(dataId).values);
      }
    }
    return result;
  };
}

function tensorsOf(inputs: object | undefined): readonly TensorInfo[] {
  return Object.values(inputs ?? {})
    .flat()
    .filter((input): input is TensorInfo => input !== undefined && input !== null);
}
