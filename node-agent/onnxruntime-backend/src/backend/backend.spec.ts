import * as tf from '@tensorflow/tfjs-core';
import { numbers, startForTests } from '../../testing/backends.js';
import { currentBackend } from './backend.js';

const SIDE = 256; // 256 KB a matrix: filled in place.

describe('the backend', () => {
  beforeAll(startForTests);

  it('fills results in place', async () => {
    await expect(startForTests()).resolves.toMatchObject({ backend: 'onnxruntime', inPlace: true });
  });

  it('never fills memory again that a caller has seen', () => {
    const a = numbers([SIDE, SIDE]);
    const seen = tf.tidy(() => tf.add(a, a).dataSync());
    const before = Array.from(seen);
    for (let i = 0; i < 4; i += 1) {
      tf.add(a, 100 + i).dispose();
    }

    expect(Array.from(seen)).toEqual(before);
    a.dispose();
  });

  it('never fills memory again that a view of a JavaScript kernel shares', () => {
    const a = numbers([SIDE, SIDE]);
    const sum = tf.add(a, a);
    const part = tf.topk(sum, 3).values;
    const shared = tf.reshape(sum, [SIDE * SIDE]);
    const before = [Array.from(part.dataSync()), Array.from(shared.dataSync())];
    tf.dispose([sum]);
    for (let i = 0; i < 4; i += 1) {
      tf.add(a, 100 + i).dispose();
    }

    expect([Array.from(part.dataSync()), Array.from(shared.dataSync())]).toEqual(before);
    tf.dispose([a, part, shared]);
  });

  it('reuses the memory of disposed tensors, within its limit', () => {
    const backend = currentBackend();
    const a = numbers([SIDE, SIDE]);
    tf.add(a, a).dispose();
    const held = backend?.memory().pooledBytes;
    tf.add(a, a).dispose();

    expect(held).toBeGreaterThan(0);
    expect(backend?.memory().pooledBytes).toBe(held);
    a.dispose();
  });

  it('leaks no tensor', () => {
    const before = tf.memory();
    tf.tidy(() => tf.sum(tf.matMul(numbers([64, 64]), numbers([64, 64], 2))).dataSync());

    expect(tf.memory()).toMatchObject({
      numTensors: before.numTensors,
      numDataBuffers: before.numDataBuffers,
    });
  });

  it('gives the same bits twice', () => {
    const run = (): number[] =>
      tf.tidy(() =>
        Array.from(tf.softmax(tf.matMul(numbers([128, 96]), numbers([96, 128], 2))).dataSync()),
      );

    expect(run()).toEqual(run());
  });

  it('passes the errors of a wrong call on in the words of tfjs', () => {
    expect(() => tf.gather(numbers([2, 2]), tf.tensor1d([2], 'int32'))).toThrow(/index value 2/);
    expect(() => tf.matMul(numbers([2, 3]), numbers([2, 3]))).toThrow(/inner shapes/);
  });
});
