/** GELU as an operation with a gradient: a kernel where the backend has one, tfjs operations elsewhere. */
import * as tf from '@tensorflow/tfjs-core';

const ONE_OVER_ROOT_2PI = 1 / Math.sqrt(2 * Math.PI);

/** x * Phi(x) with the error function, as Hugging Face's `gelu`; any shape. */
export function gelu<T extends tf.Tensor>(x: T): T {
  const operation = tf.customGrad((input, save) => {
    const x = input as T;
    (save as tf.GradSaveFunc)([x]);
    return {
      value: hasKernel('Gelu') ? tf.engine().runKernel<T>('Gelu', { x }) : composed(x),
      gradFunc: (dy, [kept]) => slope(kept as T, dy),
    };
  });
  return operation(x) as T;
}

function slope(x: tf.Tensor, dy: tf.Tensor): tf.Tensor {
  if (hasKernel('GeluGrad')) {
    return tf.engine().runKernel<tf.Tensor>('GeluGrad', { x, dy });
  }
  const phi = tf.mul(tf.exp(tf.mul(tf.square(x), -0.5)), ONE_OVER_ROOT_2PI);
  return tf.mul(dy, tf.add(cumulative(x), tf.mul(x, phi)));
}

function composed<T extends tf.Tensor>(x: T): T {
  return tf.mul(x, cumulative(x));
}

function cumulative(x: tf.Tensor): tf.Tensor {
  return tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5);
}

function hasKernel(name: string): boolean {
  return tf.getKernel(name, tf.getBackend()) !== undefined;
}
