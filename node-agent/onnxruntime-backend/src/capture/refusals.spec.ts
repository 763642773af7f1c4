/** What cannot be captured, in which words, and that a refusal leaves nothing behind. */
import * as tf from '@tensorflow/tfjs-core';
import { numbers, startForTests, warnings } from '../../testing/backends.js';
import { CaptureError } from './capture-error.js';
import { compiled } from './compiled.js';
import { internals } from './tfjs-internals.js';

let x: tf.Tensor2D;
let trained: tf.Variable;

beforeAll(async () => {
  await startForTests();
  x = numbers([6, 8]) as tf.Tensor2D;
  trained = tf.variable(numbers([8, 8], 3));
});

const named = { name: 'my block' };
const capture = (fn: (t: tf.Tensor2D) => unknown): (() => unknown) => {
  const captured = compiled(fn, named);
  return () => captured(x);
};

const REFUSED: readonly (readonly [title: string, call: () => unknown, words: RegExp])[] = [
  ['random numbers', () => capture((t) => tf.dropout(t, 0.5))(), /draws random numbers/],
  [
    'control flow on a value',
    () => capture((t) => (tf.sum(t).dataSync()[0] === 0 ? t : tf.neg(t)))(),
    /value of a tensor is read/,
  ],
  [
    'the value of a tensor closed over',
    () => capture((t) => tf.mul(t, trained.dataSync()[0] ?? 0))(),
    /value of a tensor is read/,
  ],
  [
    'a kernel without a graph',
    () => capture((t) => tf.topk(t, 2).values)(),
    /kernel TopK has no ONNX form for \(float32\[6,8\]\)/,
  ],
  [
    'an assignment',
    () => capture((t) => trained.assign(tf.matMul(t, t, true)))(),
    /a variable is assigned inside it/,
  ],
  ['a new variable', () => capture((t) => tf.variable(t))(), /a variable is created inside it/],
  ['an asynchronous function', () => capture((t) => Promise.resolve(t))(), /it is asynchronous/],
  [
    'an empty tensor closed over',
    () => {
      const none = tf.zeros([0, 8]);
      const call = capture((t) => tf.add(tf.sum(none), t));
      try {
        call();
      } finally {
        none.dispose();
      }
    },
    /kernel Sum has no ONNX form for \(float32\[0,8\]\)/,
  ],
  [
    'a typed array among the arguments',
    () =>
      compiled((t: tf.Tensor, list: Float32Array) => tf.add(t, list), named)(
        x,
        new Float32Array(8),
      ),
    /a typed array is an argument/,
  ],
  [
    'a gradient without a graph',
    () =>
      tf.variableGrads(
        () =>
          tf.sum(
            compiled((t: tf.Tensor2D) => {
              const image = tf.reshape(tf.matMul(t, trained as tf.Tensor2D), [1, 6, 8, 1]);
              return tf.maxPool(image as tf.Tensor4D, 2, 2, 'same');
            }, named)(x),
          ),
        [trained],
      ),
    /kernel MaxPool has no ONNX form/,
  ],
];

describe('a refusal', () => {
  it.each(REFUSED)('of %s says why and where, and leaves nothing behind', (_, call, words) => {
    const before = tf.memory().numTensors;
    let refusal: unknown;
    try {
      call();
    } catch (error) {
      refusal = error;
    }

    expect(refusal).toBeInstanceOf(CaptureError);
    expect(String(refusal)).toMatch(words);
    expect(String(refusal)).toMatch(/^CaptureError: my block cannot be captured/);
    expect(tf.memory().numTensors).toBe(before);
    expect(internals().state).toMatchObject({ gradientDepth: 0, kernelDepth: 0 });
    expect(Math.random()).toBeGreaterThanOrEqual(0);
  });

  it('names the line of the model', () => {
    const fn = (t: tf.Tensor): tf.Tensor => tf.topk(t, 2).values;
    expect(() => compiled(fn, named)(x)).toThrow(/\(at [^ ]*refusals\.spec\.ts:\d+:\d+\)$/);
  });

  it('is made of a tensor of the same gradient closed over, whose own gradient would be lost', () => {
    const step = (): unknown =>
      tf.variableGrads(() => {
        const scaled = tf.mul<tf.Tensor2D>(trained, 2);
        return tf.sum(compiled((t: tf.Tensor2D) => tf.matMul(t, scaled), named)(x));
      }, [trained]);

    expect(step).toThrow(/closes over a tensor that was computed inside the same gradient/);
    expect(internals().state).toMatchObject({ gradientDepth: 0, kernelDepth: 0 });
  });

  it("warns once with onFail 'plain', and runs one operator at a time from then on", () => {
    const captured = compiled((t: tf.Tensor) => tf.topk(t, 2).values, {
      name: 'best',
      onFail: 'plain',
    });
    const before = warnings.length;

    expect(captured(x).shape).toEqual([6, 2]);
    expect(captured(x).shape).toEqual([6, 2]);
    expect(warnings.slice(before)).toEqual([
      expect.stringMatching(/^best cannot be captured: kernel TopK .* one operator at a time/),
    ]);
  });

  it('of a changed function is made where calls are checked', () => {
    let weight = numbers([6, 8], 4);
    const captured = compiled((t: tf.Tensor) => tf.mul(t, weight), { ...named, check: true });
    captured(x).dispose();
    captured(x).dispose();
    weight = numbers([6, 8], 5);

    expect(() => captured(x)).toThrow(/has come to read other tensors/);
  });

  it('of a second derivative comes from tfjs', () => {
    const captured = compiled((t: tf.Tensor) =>
      tf.tanh(tf.matMul(t as tf.Tensor2D, trained as tf.Tensor2D)),
    );
    const slope = (t: tf.Tensor): tf.Tensor => tf.grad((z) => tf.sum(captured(z)))(t);

    expect(() => tf.grad((t) => tf.sum(slope(t)))(x)).toThrow(/Cannot compute gradient/);
  });

  it('is made of a tensor of the trace that was smuggled out', () => {
    let kept: tf.Tensor | undefined;
    const captured = compiled((t: tf.Tensor) => {
      kept = tf.keep(tf.tanh(t));
      return tf.neg(kept);
    });
    captured(x).dispose();

    expect(() => tf.add(kept ?? x, 1)).toThrow(/used outside of it/);
    expect(() => kept?.dataSync()).toThrow(/used outside of it/);
    kept?.dispose();
  });
});
