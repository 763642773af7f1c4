import * as tf from '@tensorflow/tfjs-core';
import { decodeFloat } from '@consilium/shared/encoding';
import { BACKENDS, startBackend } from '../../engine/testing/backends.js';
import { gradientError } from '../../engine/testing/finite-differences.js';
import { classWeights } from './class-weights.js';
import { classShares, crossEntropy } from './loss.js';
import { classificationMetrics } from './metrics.js';

const LOGITS = [
  [2, 0.5, -1],
  [0.1, 0.2, 0.3],
  [-3, 4, 1],
];
const LABELS = [0, 2, 2];

function lossOf(logits: tf.Tensor2D, labels: readonly number[], weights: readonly number[]) {
  return crossEntropy(logits, tf.tensor2d(classShares(labels, weights), logits.shape));
}

describe.each(BACKENDS)('crossEntropy on %s', (backend) => {
  beforeAll(() => startBackend(backend));

  /** torch.nn.functional.cross_entropy of the same values. */
  it.each([
    [[1, 1, 1], 1.4309033],
    [[1, 5, 3], 1.7707866],
  ])('weighs classes %p as torch does', (weights, expected) => {
    const loss = lossOf(tf.tensor2d(LOGITS), LABELS, weights).dataSync()[0];
    expect(loss).toBeCloseTo(expected, 5);
  });

  it('has the gradient of its formula', () => {
    const loss = (x: tf.Tensor) => lossOf(x as tf.Tensor2D, LABELS, [1, 5, 3]);
    expect(gradientError(loss, tf.tensor2d(LOGITS))).toBeLessThan(5e-4);
  });

  it('stays finite for logits that would overflow an exponential', () => {
    const loss = lossOf(tf.tensor2d([[1000, -1000]]), [1], [1, 1]).dataSync()[0];
    expect(loss).toBeCloseTo(2000, 3);
  });
});

describe('classWeights', () => {
  it('balances so that all classes present weigh alike, as scikit-learn does', () => {
    expect(classWeights('balanced', [2, 6, 0])).toEqual([2, 8 / 12, 0]);
  });

  it('is one for all without balancing', () => {
    expect(classWeights('none', [2, 6, 0])).toEqual([1, 1, 1]);
  });
});

describe('classificationMetrics', () => {
  it('counts, and measures loss, balanced accuracy and area', () => {
    const metrics = classificationMetrics(LOGITS, LABELS, 3);
    expect(metrics).toMatchObject({
      samples: 3,
      confusion: [
        [1, 0, 0],
        [0, 0, 0],
        [0, 1, 1],
      ],
    });
    expect(decodeFloat(metrics.loss)).toBeCloseTo(1.4309033, 6);
    expect(decodeFloat(metrics.balancedAccuracy)).toBe(0.75);
    expect(decodeFloat(metrics.auroc)).toBe(1);
  });

  it('says that the area is undefined when all images are of one class', () => {
    expect(classificationMetrics([[1, 2]], [0], 2).auroc).toBe('undefined');
  });

  it('refuses values that are not finite', () => {
    expect(() => classificationMetrics([[1, Number.NaN]], [0], 2)).toThrow(/not finite/);
  });
});
