import * as tf from '@tensorflow/tfjs-core';
import { BACKENDS, startBackend } from '../testing/backends.js';
import { gradientError } from '../testing/finite-differences.js';

/** Fixed, irregular values away from the kinks of relu and maximum. */
function values(...shape: number[]): tf.Tensor {
  const size = tf.util.sizeFromShape(shape);
  return tf.tensor(
    Array.from({ length: size }, (_, i) => Math.sin(1 + 1.7 * i) + (i % 2 === 0 ? 0.3 : -0.3)),
    shape,
  );
}

function positive(...shape: number[]): tf.Tensor {
  return tf.add(tf.square(values(...shape)), 0.5);
}

type Case = readonly [
  title: string,
  shape: readonly number[],
  fn: (x: tf.Tensor) => tf.Tensor,
  from?: typeof values,
];

/** A weighting, so that a gradient that ignores dy is found out. */
const weighed = (fn: (x: tf.Tensor) => tf.Tensor) => (x: tf.Tensor) => {
  const y = fn(x);
  return tf.mul(y, values(...y.shape));
};

const CASES: readonly Case[] = [
  ['add with broadcast', [3], (x) => tf.add(values(2, 3), x)],
  ['sub from the left', [2, 3], (x) => tf.sub(x, values(3))],
  ['sub from the right with broadcast', [2, 1], (x) => tf.sub(values(2, 3), x)],
  ['mul with broadcast', [3], (x) => tf.mul(values(2, 3), x)],
  ['mul of a tensor with itself', [2, 3], (x) => tf.mul(x, x)],
  ['div, above', [2, 3], (x) => tf.div(x, positive(3))],
  ['div, below', [3], (x) => tf.div(values(2, 3), x), positive],
  ['squared difference, left', [2, 3], (x) => tf.squaredDifference(x, values(3))],
  ['squared difference, right', [3], (x) => tf.squaredDifference(values(2, 3), x)],
  ['maximum', [2, 3], (x) => tf.maximum(x, 0.05)],
  ['addN', [2, 2], (x) => tf.addN([x, tf.square(x), x])],
  ['neg', [4], (x) => tf.neg(x)],
  ['square', [4], (x) => tf.square(x)],
  ['sqrt', [4], (x) => tf.sqrt(x), positive],
  ['rsqrt', [4], (x) => tf.rsqrt(x), positive],
  ['exp', [4], (x) => tf.exp(x)],
  ['log', [4], (x) => tf.log(x), positive],
  ['erf', [4], (x) => tf.erf(x)],
  ['tanh', [4], (x) => tf.tanh(x)],
  ['sigmoid', [4], (x) => tf.sigmoid(x)],
  ['relu', [4], (x) => tf.relu(x)],
  ['softmax', [2, 3], (x) => tf.softmax(x)],
  ['log-softmax', [2, 3], (x) => tf.logSoftmax(x)],
  ['sum along an axis', [2, 3], (x) => tf.sum(x, 0)],
  ['sum along a negative axis, kept', [2, 3], (x) => tf.sum(x, -1, true)],
  ['mean of everything', [2, 3], (x) => tf.mean(x)],
  ['mean along an axis', [2, 3], (x) => tf.mean(tf.square(x), 1)],
  ['clone', [3], (x) => tf.clone(x)],
  ['cast', [3], (x) => tf.cast(x, 'float32')],
  ['reshape', [2, 3], (x) => tf.square(tf.reshape(x, [3, 2]))],
  ['expandDims', [3], (x) => tf.expandDims(x, 0)],
  ['transpose', [2, 3, 2], (x) => tf.transpose(x, [2, 0, 1])],
  ['slice', [3, 3], (x) => tf.slice(x, [1, 0], [-1, 2])],
  [
    'pad',
    [2, 3],
    (x) =>
      tf.pad(x, [
        [0, 1],
        [2, 1],
      ]),
  ],
  ['concat', [2, 2], (x) => tf.concat([x, values(2, 1), tf.square(x)], 1)],
  ['tile', [2, 2], (x) => tf.tile(x, [2, 3])],
  ['gather with repeats', [3, 2], (x) => tf.gather(x, tf.tensor1d([2, 0, 2], 'int32'))],
  ...[false, true].flatMap((ta) =>
    [false, true].flatMap((tb): Case[] => [
      [
        `matMul, left (${ta}, ${tb})`,
        ta ? [2, 3, 2] : [2, 2, 3],
        (x) => tf.matMul(x, tb ? values(2, 4, 3) : values(2, 3, 4), ta, tb),
      ],
      [
        `matMul, right (${ta}, ${tb})`,
        tb ? [2, 4, 3] : [2, 3, 4],
        (x) => tf.matMul(ta ? values(2, 3, 2) : values(2, 2, 3), x, ta, tb),
      ],
    ]),
  ),
  [
    'conv2d, input',
    [1, 5, 4, 2],
    (x) => tf.conv2d(x as tf.Tensor4D, values(3, 2, 2, 2) as tf.Tensor4D, 2, 'same'),
  ],
  [
    'conv2d, filter',
    [3, 2, 2, 2],
    (x) => tf.conv2d(values(2, 5, 4, 2) as tf.Tensor4D, x as tf.Tensor4D, 2, 'valid'),
  ],
];

describe.each(BACKENDS)('gradients on %s', (backend) => {
  beforeAll(() => startBackend(backend));

  it.each(CASES.map(([title, ...rest]) => ({ title, rest })))(
    '$title agrees with finite differences',
    ({ rest: [shape, fn, from = values] }) => {
      expect(gradientError(weighed(fn), from(...shape))).toBeLessThan(5e-4);
    },
  );
});

it('refuses what it has no gradient for, by name', async () => {
  await startBackend('cpu');
  expect(() => tf.grad((x) => tf.atan(x))(values(2))).toThrow(/gradient.*Atan/i);
});
