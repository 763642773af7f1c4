/** The activations of vision transformers. Each keeps its input alone for its gradient. */
import * as tf from '@tensorflow/tfjs-core';
import type { Activation } from '@consilium/shared/protocol';
import { gelu } from './gelu.js';

const ROOT_2_OVER_PI = Math.sqrt(2 / Math.PI);
const CUBIC = 0.044715;
const QUICK = 1.702;

/** Element by element; any shape. The four are those of the geometry's schema. */
export function activate<T extends tf.Tensor>(x: T, activation: Activation): T {
  switch (activation) {
    case 'gelu':
      return gelu(x);
    case 'gelu-tanh':
      return geluTanh(x);
    case 'quick-gelu':
      return swish(x, QUICK);
    case 'silu':
      return swish(x, 1);
  }
}

/** x sigmoid(beta x): SiLU at beta = 1 (Elfwing et al. 2017, arXiv 1702.03118), CLIP's quick GELU at 1.702. */
function swish<T extends tf.Tensor>(x: T, beta: number): T {
  const gate = (x: tf.Tensor) => tf.sigmoid(beta === 1 ? x : tf.mul(x, beta));
  return elementwise(x, {
    value: (x) => tf.mul(x, gate(x)),
    slope: (x) => {
      const open = gate(x);
      return tf.mul(open, tf.add(tf.mul(tf.mul(x, beta), tf.sub(1, open)), 1));
    },
  });
}

/** x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2: Hendrycks & Gimpel 2016, arXiv 1606.08415, section 2. */
function geluTanh<T extends tf.Tensor>(x: T): T {
  const bent = (x: tf.Tensor) => {
    const cubic = tf.add(tf.mul(tf.square(x), CUBIC * ROOT_2_OVER_PI), ROOT_2_OVER_PI);
    return tf.tanh(tf.mul(x, cubic));
  };
  return elementwise(x, {
    value: (x) => tf.mul(tf.mul(x, 0.5), tf.add(bent(x), 1)),
    slope: (x) => {
      const t = bent(x);
      const inner = tf.add(tf.mul(tf.square(x), 3 * CUBIC * ROOT_2_OVER_PI), ROOT_2_OVER_PI);
      const curved = tf.mul(tf.mul(x, tf.sub(1, tf.square(t))), inner);
      return tf.mul(tf.add(tf.add(t, 1), curved), 0.5);
    },
  });
}

interface Elementwise {
  readonly value: (x: tf.Tensor) => tf.Tensor;
  readonly slope: (x: tf.Tensor) => tf.Tensor;
}

function elementwise<T extends tf.Tensor>(x: T, { value, slope }: Elementwise): T {
  const operation = tf.customGrad((input, save) => {
    const x = input as tf.Tensor;
    (save as tf.GradSaveFunc)([x]);
    return {
      value: value(x),
      gradFunc: (dy, [kept]) => tf.mul(dy, slope(kept as tf.Tensor)),
    };
  });
  return operation(x) as T;
}
