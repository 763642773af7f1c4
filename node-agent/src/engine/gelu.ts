/** GELU as one operation with a gradient: a kernel of the backend, or composed of its operations. */
import * as tf from '@tensorflow/tfjs-core';

/** x * Phi(x) with the error function (Hendrycks & Gimpel 2016, arXiv 1606.08415), as Hugging Face's `gelu`; any shape. */
export function gelu<T extends tf.Tensor>(x: T): T {
  return tf.engine().runKernel<T>('Gelu', { x });
}
