import * as tf from '@tensorflow/tfjs-core';
import { gelu } from './gelu.js';
import { BACKENDS, startBackend } from './testing/backends.js';
import { gradientError } from './testing/finite-differences.js';

/** x, x Phi(x) and Phi(x) + x phi(x) from Python's math.erfc, 12 digits. */
const EXACT = [
  [-7, -8.9586878072e-12, -6.26632303147e-11],
  [-5.99, -6.28473907512e-9, -3.75939134381e-8],
  [-3.3, -0.00159529966987, -0.00520105335649],
  [-0.75179, -0.169971207479, 6.5789701581e-7],
  [-0.01, -0.00496010643685, 0.492021420348],
  [0, 0, 0.5],
  [0.007, 0.0035195480121, 0.505585100702],
  [1, 0.841344746069, 1.08331547059],
  [2.718, 2.7090743818, 1.02369220196],
  [5.999, 5.99899999404, 1.00000003568],
  [8, 8, 1],
] as const;

describe.each(BACKENDS)('gelu on %s', (backend) => {
  beforeAll(() => startBackend(backend));

  it('is x times the normal distribution', () => {
    const values = gelu(tf.tensor1d(EXACT.map(([x]) => x))).dataSync();
    EXACT.forEach(([, value], i) => expect(values[i]).toBeCloseTo(value, 6));
  });

  it('has the slope of its formula', () => {
    const slopes = tf
      .grad((x: tf.Tensor) => gelu(x))(tf.tensor1d(EXACT.map(([x]) => x)))
      .dataSync();
    EXACT.forEach(([, , slope], i) => expect(slopes[i]).toBeCloseTo(slope, 5));
  });

  it('agrees with finite differences', () => {
    const x = tf.linspace(-3, 3, 25);
    expect(gradientError((t) => tf.mul(gelu(t), tf.linspace(1, 2, 25)), x)).toBeLessThan(5e-4);
  });

  it('passes NaN and infinity on', () => {
    const values = gelu(tf.tensor1d([Number.NaN, Number.POSITIVE_INFINITY])).dataSync();
    expect([...values]).toEqual([Number.NaN, Number.POSITIVE_INFINITY]);
  });
});
