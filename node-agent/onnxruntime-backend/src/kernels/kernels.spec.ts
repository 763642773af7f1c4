/** Every kernel that has a graph, against tfjs's cpu backend. */
import * as tf from '@tensorflow/tfjs-core';
import { computeOn, difference, fallbacks, startForTests } from '../../testing/backends.js';
import { elementwiseCases } from '../../testing/elementwise-cases.js';
import { structuralCases } from '../../testing/structural-cases.js';
import { graphKernels } from './register.js';

const CASES = [...elementwiseCases, ...structuralCases];

describe('kernels', () => {
  beforeAll(startForTests);

  it.each(CASES)('%s, %s, agrees with the cpu backend', async (_, title, compute) => {
    const runs = (): tf.Tensor[] => [compute()].flat();
    const found = await computeOn('onnxruntime', runs);
    const expected = await computeOn('cpu', runs);
    const errors = expected.map((tensor, i) => difference(found[i] ?? tensor, tensor));

    expect(found).toHaveLength(expected.length);
    expect(Math.max(...errors)).toBeLessThan(title === 'of tiny numbers' ? 1e-6 : 2e-6);
  });

  it('StridedSlice drops an axis, at which the cpu backend takes wrong values', async () => {
    await tf.setBackend('onnxruntime');
    const cube = tf.reshape(tf.range(0, 60), [4, 5, 3]);
    const rows = tf.stridedSlice(cube, [0, 1, 2], [4, 5, 3], [2, 2, 1], 0, 0, 0, 0, 4);

    expect(rows.arraySync()).toEqual([
      [5, 11],
      [35, 41],
    ]);
  });

  it('have a case each', () => {
    const covered = new Set(CASES.map(([name]) => name));
    const own = new Set(['LayerNorm', 'LayerNormGrad', 'Gelu', 'GeluGrad']);
    const uncovered = graphKernels.filter(({ name }) => !covered.has(name) && !own.has(name));

    expect(uncovered.map(({ name }) => name)).toEqual([]);
  });

  it('ran as graphs wherever the arguments allow it', () => {
    expect([...fallbacks].sort()).toEqual(['Conv2DBackpropInput', 'OneHot']);
  });
});
