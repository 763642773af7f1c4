/** Gradients as slopes of a function, to hold computed ones against. */
import * as tf from '@tensorflow/tfjs-core';

const STEP = 2e-2;

/** The largest deviation of the gradient of `fn` (a scalar) at x from its central differences, relative to the largest slope. */
export function gradientError(fn: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor): number {
  const computed = tf
    .grad((t) => tf.sum(fn(t)))(x)
    .dataSync();
  const values = Array.from(x.dataSync());
  const at = (moved: readonly number[]): number =>
    tf.tidy(() => {
      const result = fn(tf.tensor([...moved], x.shape)).dataSync();
      return Array.from(result).reduce((sum, value) => sum + value, 0);
    });
  const slopes = values.map((value, i) => {
    const moved = (by: number) => values.with(i, value + by);
    // Fourth-order central differences keep the step large enough for float32.
    const near = at(moved(STEP)) - at(moved(-STEP));
    const far = at(moved(2 * STEP)) - at(moved(-2 * STEP));
    return (8 * near - far) / (12 * STEP);
  });
  const largest = Math.max(1e-3, ...slopes.map(Math.abs));
  return Math.max(...slopes.map((slope, i) => Math.abs(slope - (computed[i] ?? NaN)))) / largest;
}
