/** What a captured function computes, beyond the models of `gradients.spec.ts`. */
import * as tf from '@tensorflow/tfjs-core';
import { largestDifference, numbers, startForTests } from '../../testing/backends.js';
import { currentBackend } from '../backend/backend.js';
import { compiled, perCall } from './compiled.js';

let x: tf.Tensor2D;
let fixed: tf.Tensor2D;
let trained: tf.Variable<tf.Rank.R2>;

const times = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.matMul(a, b);

/** The value and the gradient of a sum of squares. */
function valueAndGradient(f: (t: tf.Tensor) => tf.Tensor): tf.Tensor[] {
  const { value, grads } = tf.variableGrads(() => tf.sum(tf.square(f(x))), [trained]);
  return [value, grads[trained.name] ?? tf.scalar(NaN)];
}

beforeAll(async () => {
  await startForTests();
  x = numbers([6, 8]) as tf.Tensor2D;
  fixed = numbers([8, 8], 2) as tf.Tensor2D;
  trained = tf.variable(numbers([8, 8], 3)) as tf.Variable<tf.Rank.R2>;
});

describe('a captured function', () => {
  it('itself runs once', () => {
    let calls = 0;
    const captured = compiled((t: tf.Tensor) => {
      calls += 1;
      return tf.add(t, 1);
    });
    [1, 2, 3].forEach(() => captured(x).dispose());

    expect(calls).toBe(1);
  });

  it('keeps two variables apart that began as one tensor, and sees their new values', () => {
    const zeros = tf.zeros<tf.Rank.R2>([8, 8]);
    const [a, b] = [tf.variable(zeros), tf.variable(zeros)];
    const captured = compiled((t: tf.Tensor) => tf.add(times(t, a), tf.mul(times(t, b), 3)));
    captured(x).dispose();
    a.assign(tf.ones([8, 8]));

    expect(largestDifference([captured(x)], [times(x, a)])).toBeLessThan(1e-6);
  });

  it('has a trace for each number and each shape among its arguments', () => {
    const captured = compiled((t: tf.Tensor, factor: number) => tf.add(tf.mul(t, factor), 1));
    const part = tf.slice(x, [0, 0], [2, 8]);

    expect(largestDifference([captured(x, 2)], [tf.add(tf.mul(x, 2), 1)])).toBeLessThan(1e-6);
    expect(largestDifference([captured(x, 3)], [tf.add(tf.mul(x, 3), 1)])).toBeLessThan(1e-6);
    expect(largestDifference([captured(part, 2)], [tf.add(tf.mul(part, 2), 1)])).toBeLessThan(1e-6);
  });

  it('keeps a bounded number of traces and of sessions', () => {
    const captured = compiled((t: tf.Tensor, factor: number) => tf.mul(t, factor));
    for (let factor = 1; factor <= 50; factor += 1) {
      captured(x, factor).dispose();
    }

    expect(currentBackend()?.graphSessions).toBeLessThanOrEqual(32);
    expect(largestDifference([captured(x, 1)], [tf.clone(x)])).toBe(0);
  });

  it('shares sessions between blocks that differ in their weights alone', () => {
    const weights = [1, 2, 3].map((seed) => tf.variable(numbers([8, 8], seed)));
    const blocks = weights.map((weight) => compiled((t: tf.Tensor) => tf.tanh(times(t, weight))));
    const before = currentBackend()?.graphSessions ?? 0;
    tf.variableGrads(() => tf.sum(blocks.reduce<tf.Tensor>((t, block) => block(t), x)), weights);

    // The first block needs no gradient towards its argument: forward graphs are equal, of the backward ones there are two.
    expect((currentBackend()?.graphSessions ?? 0) - before).toBeLessThanOrEqual(3);
  });

  it('gives the gradient of an argument that no variable leads to, when it is asked for', () => {
    const plain = (t: tf.Tensor): tf.Tensor => tf.tanh(times(t, fixed));
    const captured = compiled(plain);
    const gradient = (f: typeof plain): tf.Tensor => tf.grad((t) => tf.sum(tf.square(f(t))))(x);

    expect(largestDifference([gradient(captured)], [gradient(plain)])).toBeLessThan(1e-5);
  });

  it('notices that a tensor it closes over was disposed of and replaced', () => {
    let weight = numbers([8, 8], 7);
    const captured = compiled((t: tf.Tensor) => times(t, weight));
    captured(x).dispose();
    weight.dispose();
    weight = numbers([8, 8], 8);

    expect(largestDifference([captured(x)], [times(x, weight)])).toBeLessThan(1e-6);
  });

  it('draws a mask anew for every call, and its gradient reads the same one', () => {
    const mask = (): tf.Tensor =>
      tf.mul(tf.cast(tf.greater(tf.randomUniform([6, 8]), 0.5), 'float32'), 2);
    const captured = compiled((t: tf.Tensor) => tf.mul(times(t, trained), perCall(mask)));
    const [first, second] = [captured(x), captured(x)];
    let output = tf.zeros([6, 8]);
    const { grads } = tf.variableGrads(() => {
      const y = captured(x);
      output = tf.keep(tf.clone(y));
      return tf.sum(y);
    }, [trained]);
    const drawn = tf.mul(tf.cast(tf.notEqual(output, 0), 'float32'), 2);
    const expected = tf.matMul(x, drawn, true);

    expect(Array.from(first.dataSync())).not.toEqual(Array.from(second.dataSync()));
    expect(largestDifference([grads[trained.name] ?? x], [expected])).toBeLessThan(1e-5);
  });

  it('becomes part of another captured function', () => {
    const inner = compiled((t: tf.Tensor) => tf.tanh(times(t, trained)), { name: 'inner' });
    const outer = (t: tf.Tensor): tf.Tensor => tf.sigmoid(inner(t));
    const captured = compiled(outer, { name: 'outer' });

    expect(largestDifference(valueAndGradient(captured), valueAndGradient(outer))).toBeLessThan(
      1e-5,
    );
  });

  it('runs plainly on another backend', async () => {
    await tf.setBackend('cpu');
    const captured = compiled((t: tf.Tensor) => tf.topk(t, 2).values);
    const [rows = 0, columns = 0] = captured(numbers([3, 4])).shape;
    await tf.setBackend('onnxruntime');

    expect([rows, columns]).toEqual([3, 2]);
  });
});
