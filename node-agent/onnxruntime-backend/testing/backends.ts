/** Starts the backend for a spec, and compares what it computes with tfjs's cpu backend. */
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import * as tf from '@tensorflow/tfjs-core';
import { startOnnxruntime, type Started } from '../src/start.js';

/** Kernels that fell back to JavaScript since the start. */
export const fallbacks = new Set<string>();

export const warnings: string[] = [];

export async function startForTests(): Promise<Started> {
  tf.enableProdMode();
  return startOnnxruntime({
    threads: 2,
    onFallback: (kernel) => fallbacks.add(kernel),
    warn: (message) => warnings.push(message),
  });
}

export interface Computed {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly values: readonly number[];
}

/** Runs on one backend; nothing stays behind. */
export async function computeOn(
  backend: 'onnxruntime' | 'cpu',
  compute: () => readonly tf.Tensor[],
): Promise<readonly Computed[]> {
  await tf.setBackend(backend);
  let computed: readonly Computed[] = [];
  tf.tidy(() => {
    computed = read(compute());
  });
  return computed;
}

export function read(tensors: readonly tf.Tensor[]): readonly Computed[] {
  return tensors.map((tensor) => ({
    shape: [...tensor.shape],
    dtype: tensor.dtype,
    values: Array.from(tensor.dataSync()),
  }));
}

/** The largest difference of two tensors, relative to the second's largest magnitude. @returns Infinity for other shapes or types */
export function difference(found: Computed, expected: Computed): number {
  if (found.shape.join() !== expected.shape.join() || found.dtype !== expected.dtype) {
    return Infinity;
  }
  const largest = Math.max(1e-30, ...expected.values.map(Math.abs).filter(Number.isFinite));
  const differences = expected.values.map((value, i) => {
    const other = found.values[i] ?? NaN;
    return Object.is(value, other) || value === other ? 0 : Math.abs(value - other);
  });
  return Math.max(0, ...differences.map((d) => (Number.isNaN(d) ? Infinity : d))) / largest;
}

/** Fixed, irregular numbers between -1 and 1. */
export function numbers(shape: readonly number[], seed = 1): tf.Tensor {
  const values = Float32Array.from({ length: tf.util.sizeFromShape([...shape]) }, (_, i) => {
    const x = Math.sin((i + 1) * 12.9898 + seed * 78.233) * 43758.5453;
    return 2 * (x - Math.floor(x)) - 1;
  });
  return tf.tensor(values, [...shape]);
}

/** Of two lists of tensors, which it disposes of. */
export function largestDifference(found: tf.Tensor[], expected: tf.Tensor[]): number {
  const [a, b] = [read(found), read(expected)];
  tf.dispose([found, expected]);
  return Math.max(...b.map((tensor, i) => difference(a[i] ?? tensor, tensor)));
}
