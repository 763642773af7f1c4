/** Captured functions of many operations, value and gradient, against the same one operator at a time. */
import * as tf from '@tensorflow/tfjs-core';
import { largestDifference, numbers, startForTests } from '../../testing/backends.js';
import { gelu, layerNorm } from '../kernels/composites.js';
import { compiled } from './compiled.js';

let x: tf.Tensor2D;
let fixed: tf.Tensor2D;
let trained: tf.Variable<tf.Rank.R2>;
let ids: tf.Tensor2D;
let labels: tf.Tensor1D;

const times = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.matMul(a, b);
const head = (t: tf.Tensor): tf.Tensor => tf.reshape(tf.slice(t, [0, 0], [1, 8]), [8]);

type Returned = tf.Tensor | Record<string, tf.Tensor>;
type Case = readonly [
  title: string,
  fn: (...args: tf.Tensor[]) => Returned,
  args?: () => tf.Tensor[],
];

const CASES: readonly Case[] = [
  [
    'several results in an object, one of integers',
    (t) => {
      const h = times(t ?? x, trained);
      return { sums: tf.sum(h, 0), positive: tf.relu(h), places: tf.argMax(h, 1) };
    },
  ],
  [
    'mean, extremes, variance, choice, clipping, powers, logarithms, divisions',
    (t = x) => {
      const h = times(t, trained);
      const p = tf.add(tf.sigmoid(h), 0.5);
      const chosen = tf.where(tf.greater(t, 0), tf.pow(p, 2.5), tf.log(p));
      const varied = tf.add(chosen, tf.moments(h, 1, true).variance);
      const extremes = tf.sub(tf.add(varied, tf.max(h, 1, true)), tf.min(h));
      return tf.add(tf.div(extremes, tf.mean(p)), tf.clipByValue(h, -1, 1));
    },
  ],
  [
    'padding, slices, joins, transposes, repeats, GELU, LayerNorm with a trained scale',
    (t = x) => {
      const padded = tf.pad(gelu(times(t, trained)), [
        [1, 1],
        [0, 0],
      ]);
      const normal = layerNorm(t, head(trained), head(fixed), 1e-6);
      const stacked = tf.stack([tf.slice(padded, [1, 0], [6, 8]), normal], 1);
      return tf.tile(tf.transpose(stacked, [1, 2, 0]), [1, 1, 2]);
    },
  ],
  [
    'a trained embedding, an argument of integers, one-hot labels, cross-entropy',
    (rows = ids, classes = labels) =>
      tf.losses.softmaxCrossEntropy(
        tf.cast(tf.oneHot(classes as tf.Tensor1D, 8), 'float32'),
        tf.mean(tf.gather(trained, rows as tf.Tensor2D), 1),
      ),
    () => [ids, labels],
  ],
  [
    'sigmoid cross-entropy with weights',
    (classes = labels) =>
      tf.losses.sigmoidCrossEntropy(
        tf.cast(tf.oneHot(classes as tf.Tensor1D, 8), 'float32'),
        times(tf.slice(fixed, [0, 0], [2, 8]), trained),
        tf.tensor2d([[1], [0.5]]),
      ),
    () => [labels],
  ],
  [
    'absolute, squared and Huber losses',
    (t = x) => {
      const y = times(t, trained);
      const first = tf.add(tf.losses.absoluteDifference(t, y), tf.losses.meanSquaredError(t, y));
      return tf.add(first, tf.losses.huberLoss(t, y));
    },
  ],
  [
    'a convolution with a trained filter, and a trained map before it',
    (t = x) => {
      const image = tf.reshape<tf.Rank.R4>(times(t, trained), [1, 6, 8, 1]);
      const filter = tf.reshape<tf.Rank.R4>(tf.slice(trained, [0, 0], [3, 6]), [3, 3, 1, 2]);
      return tf.relu(tf.conv2d(image, filter, 2, 'same'));
    },
  ],
  [
    'a large table made inside, which stays outside of the graph, in two shapes; a small one in two shapes',
    (t = x) => {
      const big = tf.linspace(-1, 1, 6000);
      const small = tf.tensor2d([
        [1, 2],
        [3, 4],
      ]);
      const part = tf.mul(tf.slice(times(t, trained), [0, 0], [2, 2]), small);
      const more = tf.add(part, tf.sum(tf.reshape(big, [2, 3000]), 1));
      const flags = tf.cast(tf.tensor1d([true, false], 'bool'), 'float32');
      const both = tf.add(
        tf.max(tf.reshape(big, [3000, 2]), 0),
        tf.slice(tf.reshape(small, [4]), 1, 2),
      );
      return tf.mul(tf.add(more, both), flags);
    },
  ],
  [
    'parts without elements, joined, cut and summed',
    (t = x) => {
      const h = times(t, trained);
      const joined = tf.concat([tf.slice(h, [0, 0], [6, 0]), h, tf.slice(h, [0, 2], [6, 3])], 1);
      const [none = t, left = t, right = t] = tf.split(joined, [0, 5, 6], 1);
      return tf.add(tf.mean(tf.sum(left)), tf.concat([none, right], 1));
    },
  ],
  [
    'a gated unit, quick GELU, cumulative sums, reversal',
    (t = x) => {
      const h = times(t, trained);
      const quick = tf.mul(h, tf.sigmoid(tf.mul(h, 1.702)));
      return tf.reverse(tf.cumsum(tf.mul(quick, tf.tanh(h)), 1), 1);
    },
  ],
];

/** The value and the gradient of a number made of all results. */
function valueAndGradient(
  f: (...args: tf.Tensor[]) => Returned,
  args: readonly tf.Tensor[],
): tf.Tensor[] {
  const { value, grads } = tf.variableGrads(() => {
    const returned = f(...args);
    const results = returned instanceof tf.Tensor ? [returned] : Object.values(returned);
    const sums = results
      .filter(({ dtype }) => dtype === 'float32')
      .map((t, i) => tf.sum(tf.mul(tf.square(t), numbers(t.shape, 5 + i))));
    return tf.addN(sums) as tf.Scalar;
  }, [trained]);
  return [value, grads[trained.name] ?? tf.scalar(NaN)];
}

beforeAll(async () => {
  await startForTests();
  x = numbers([6, 8]) as tf.Tensor2D;
  fixed = numbers([8, 8], 2) as tf.Tensor2D;
  trained = tf.variable(numbers([8, 8], 3)) as tf.Variable<tf.Rank.R2>;
  ids = tf.tensor2d(
    [
      [1, 2, 1],
      [0, 7, 3],
    ],
    [2, 3],
    'int32',
  );
  labels = tf.tensor1d([2, 0], 'int32');
});

describe('a captured function', () => {
  it.each(CASES.map(([title, fn, args = () => [x]]) => ({ title, fn, args })))(
    'computes as one operator at a time: $title',
    ({ title, fn, args }) => {
      const captured = compiled(fn, { name: title });
      const before = tf.memory().numTensors;
      const expected = (): tf.Tensor[] => valueAndGradient(fn, args());

      expect(largestDifference(valueAndGradient(captured, args()), expected())).toBeLessThan(1e-5);
      expect(largestDifference(valueAndGradient(captured, args()), expected())).toBeLessThan(1e-5);
      captured.dispose();
      expect(tf.memory().numTensors).toBe(before);
    },
  );
});
