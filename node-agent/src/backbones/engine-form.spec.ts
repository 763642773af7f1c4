import * as tf from '@tensorflow/tfjs-core';
import { startBackend } from '../engine/testing/backends.js';
import { engineValues, toEngineForm } from './engine-form.js';

function listed(...shape: number[]): { shape: number[]; data: Float32Array } {
  const size = shape.reduce((product, n) => product * n, 1);
  return { shape, data: Float32Array.from({ length: size }, (_, i) => i) };
}

const CASES = [
  ['blocks.0.query.weight', [3, 5], [5, 3]],
  ['blocks.0.mlp-up.weight', [70, 33], [33, 70]],
  ['patch.weight', [5, 3, 2, 2], [12, 5]],
  ['neck.first.weight', [4, 6, 1, 1], [1, 1, 6, 4]],
  ['neck.second.weight', [4, 2, 3, 2], [3, 2, 2, 4]],
  ['blocks.0.norm-mlp.weight', [7], [7]],
  ['blocks.0.query.bias', [7], [7]],
  ['blocks.0.relative-rows', [5, 4], [5, 4]],
  ['positions', [9, 4], [9, 4]],
] as const;

describe('the form in the engine', () => {
  beforeAll(() => startBackend('wasm'));

  it.each(CASES)('of %s %j is %j, from values as from tensors', (name, shape, turned) => {
    const values = listed(...shape);
    const found = engineValues(name, values);
    const tensor = toEngineForm(name, tf.tensor(values.data, values.shape));
    expect(found.shape).toEqual(turned);
    expect(tensor.shape).toEqual(turned);
    expect(found.data).toEqual(tensor.dataSync());
  });

  it('multiplies pixels, row by row and channels last, as the convolution does', () => {
    const { shape, data } = listed(5, 3, 2, 2);
    const image = tf.tensor4d(listed(1, 4, 6, 3).data, [1, 4, 6, 3]);
    const filters: tf.Tensor4D = tf.transpose(tf.tensor4d(data, [5, 3, 2, 2]), [2, 3, 1, 0]);
    const wanted = tf.conv2d(image, filters, 2, 'valid').dataSync();
    const patches = tf.transpose(tf.reshape(image, [2, 2, 3, 6]), [0, 2, 1, 3]);
    const weight = toEngineForm<tf.Tensor2D>('patch.weight', tf.tensor(data, shape));
    expect(tf.matMul(tf.reshape(patches, [6, 12]), weight).dataSync()).toEqual(wanted);
  });
});
