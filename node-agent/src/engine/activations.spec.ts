import * as tf from '@tensorflow/tfjs-core';
import type { Activation } from '@consilium/shared/protocol';
import { activate } from './activations.js';
import { BACKENDS, startBackend } from './testing/backends.js';
import { gradientError } from './testing/finite-differences.js';

const AT = [-6, -2.5, -1, -0.3, 0, 0.7, 1.9, 5];

/** torch 2.13 in float64: gelu, gelu(approximate='tanh'), x sigmoid(1.702 x), silu. */
const VALUES: Readonly<Record<Activation, readonly number[]>> = {
  gelu: [
    -5.91952587e-9, -0.0155241633, -0.158655254, -0.114626573, 0, 0.530625443, 1.84543854,
    4.99999857,
  ],
  'gelu-tanh': [
    -8.43964898e-11, -0.0150842661, -0.158808009, -0.114629076, 0, 0.530570135, 1.84545123,
    4.99999977,
  ],
  'quick-gelu': [
    -0.00022035355, -0.034986165, -0.154204234, -0.112515865, 0, 0.536893952, 1.82796455,
    4.99899298,
  ],
  silu: [
    -0.0148357389, -0.18964545, -0.268941421, -0.127667245, 0, 0.467731441, 1.6527939, 4.96653575,
  ],
};

const ACTIVATIONS = Object.keys(VALUES) as Activation[];

describe.each(BACKENDS)('activations on %s', (backend) => {
  beforeAll(() => startBackend(backend));

  it.each(ACTIVATIONS)('%s is that of PyTorch', (activation) => {
    const found = activate(tf.tensor1d(AT), activation).dataSync();
    VALUES[activation].forEach((value, i) => expect(found[i]).toBeCloseTo(value, 6));
  });

  it.each(ACTIVATIONS)('%s has the slope of finite differences', (activation) => {
    const x = tf.linspace(-3, 3, 25);
    const weights = tf.linspace(1, 2, 25);
    const error = gradientError((t) => tf.mul(activate(t, activation), weights), x);
    expect(error).toBeLessThan(5e-4);
  });
});
