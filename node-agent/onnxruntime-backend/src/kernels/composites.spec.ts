import * as tf from '@tensorflow/tfjs-core';
import { computeOn, difference, numbers, startForTests } from '../../testing/backends.js';
import { gelu, layerNorm } from './composites.js';

/** The value, and the gradients of all inputs weighed irregularly. */
function slopes(f: (...inputs: tf.Tensor[]) => tf.Tensor, inputs: () => tf.Tensor[]): tf.Tensor[] {
  const given = inputs();
  const weigh = (y: tf.Tensor): tf.Tensor => tf.sum(tf.mul(y, numbers(y.shape, 9)));
  return [f(...given), ...tf.grads((...xs: tf.Tensor[]) => weigh(f(...xs)))(given)];
}

const CASES = {
  'layer normalisation': () =>
    slopes(
      (x = tf.scalar(0), gamma = tf.scalar(0), beta = tf.scalar(0)) =>
        layerNorm(x, gamma, beta, 1e-6),
      () => [numbers([2, 3, 8]), numbers([8], 2), numbers([8], 3)],
    ),
  GELU: () =>
    slopes(
      (x = tf.scalar(0)) => gelu(x),
      () => [tf.mul(numbers([4, 6]), 4)],
    ),
};

describe('composites', () => {
  beforeAll(startForTests);

  it.each(Object.entries(CASES))(
    '%s and its gradients agree with plain operations on the cpu backend',
    async (_, compute) => {
      const found = await computeOn('onnxruntime', compute);
      const expected = await computeOn('cpu', compute);
      const errors = expected.map((tensor, i) => difference(found[i] ?? tensor, tensor));

      expect(Math.max(...errors)).toBeLessThan(3e-6);
      expect(found).toHaveLength(expected.length);
    },
  );

  it('computes no gradient of a frozen input', async () => {
    await tf.setBackend('onnxruntime');
    const [x, gamma, beta] = [numbers([2, 8]), numbers([8], 2), numbers([8], 3)];
    const { kernels } = await tf.profile(() => tf.grad((t) => layerNorm(t, gamma, beta, 1e-6))(x));

    expect(kernels.map(({ name }) => name)).toContain('LayerNormGrad');
    expect(kernels.map(({ name }) => name)).not.toContain('Sum');
  });
});
