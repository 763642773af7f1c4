/**
 * Layer normalisation and GELU as operations: one node each on this backend, plain tfjs operations on every other. Their
 * gradients are computed for each input apart, so that a frozen one costs nothing.
 */
import {
  add,
  engine,
  erf,
  getBackend,
  getKernel,
  mean,
  mul,
  type NamedAttrMap,
  registerGradient,
  rsqrt,
  square,
  sub,
  sum,
  type Tensor,
} from '@tensorflow/tfjs-core';

/**
 * Normalises the last axis to mean 0 and variance 1, then scales and shifts (Ba et al. 2016).
 * @param x [..., width]
 * @param gamma [width]
 * @param beta [width]
 */
export function layerNorm<T extends Tensor>(x: T, gamma: Tensor, beta: Tensor, epsilon: number): T {
  if (hasKernel('LayerNorm')) {
    const [y] = runKernel('LayerNorm', { x, gamma, beta }, { epsilon });
    return y as T;
  }
  const centred = sub(x, mean(x, -1, true));
  const inverse = rsqrt(add(mean(square(centred), -1, true), epsilon));
  return add(mul(mul(centred, inverse), gamma), beta);
}

/** x Phi(x), with the error function (Hendrycks & Gimpel 2016); any shape. */
export function gelu<T extends Tensor>(x: T): T {
  if (hasKernel('Gelu')) {
    const [y] = runKernel('Gelu', { x });
    return y as T;
  }
  return mul(mul(x, add(erf(mul(x, Math.SQRT1_2)), 1)), 0.5);
}

/** What tfjs's tape needs to know of the two; registered with the kernels. */
export function registerCompositeGradients(): void {
  registerGradient({
    kernelName: 'LayerNorm',
    inputsToSave: ['x', 'gamma'],
    outputsToSave: [false, true, true],
    gradFunc: (dys, saved) => {
      const [dy] = [dys].flat();
      const [x, gamma, middle, inverse] = saved;
      if (!dy || !x || !gamma || !middle || !inverse) {
        throw new Error('the gradient of LayerNorm lacks a saved tensor');
      }
      const rows = x.shape.slice(0, -1).map((_, axis) => axis);
      return {
        x: () => only(runKernel('LayerNormGrad', { dy, x, gamma, mean: middle, inverse })),
        gamma: () => sum(mul(dy, mul(sub(x, middle), inverse)), rows),
        beta: () => sum(dy, rows),
      };
    },
  });
  registerGradient({
    kernelName: 'Gelu',
    inputsToSave: ['x'],
    gradFunc: (dy, [x]) => {
      if (x === undefined || Array.isArray(dy)) {
        throw new Error('the gradient of Gelu lacks a saved tensor');
      }
      return { x: () => only(runKernel('GeluGrad', { dy, x })) };
    },
  });
}

function hasKernel(name: string): boolean {
  return getKernel(name, getBackend()) !== undefined;
}

function runKernel(
  name: string,
  inputs: Readonly<Record<string, Tensor>>,
  attributes: NamedAttrMap = {},
): readonly Tensor[] {
  return [engine().runKernel<Tensor | Tensor[]>(name, inputs, attributes)].flat();
}

function only(tensors: readonly Tensor[]): Tensor {
  const [tensor] = tensors;
  if (tensor === undefined) {
    throw new Error('a kernel gave no tensor');
  }
  return tensor;
}
