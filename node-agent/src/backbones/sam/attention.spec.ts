import * as tf from '@tensorflow/tfjs-core';
import { startBackend } from '../../engine/testing/backends.js';
import { attendWithin } from './attention.js';
import { disposeArea, planArea } from './relative-positions.js';

const waves = (rows: number, columns: number, phase: number): tf.Tensor2D =>
  tf.tensor2d(
    Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(phase + 0.7 * i)),
    [rows, columns],
  );

beforeAll(() => startBackend('wasm'));

it('computes the same and has the same gradient in however many parts the heads are taken', () => {
  const area = planArea({ rows: 3, columns: 2 }, 4, true);
  const run = (query: tf.Tensor2D, mostScores: number) =>
    attendWithin(
      {
        query,
        key: waves(5 * 6, 4, 1),
        value: waves(5 * 6, 4, 2),
        heads: 2,
        area,
        tables: [waves(7, 2, 3), waves(7, 2, 4)],
      },
      mostScores,
    );
  const query = waves(5 * 6, 4, 0);
  const whole = run(query, 10 * 36);
  expect(whole.shape).toEqual([30, 4]);
  const slope = (mostScores: number) =>
    tf
      .grad((x) => tf.sum(tf.square(run(x as tf.Tensor2D, mostScores))))(query)
      .dataSync();
  for (const mostScores of [1, 3 * 36, 10 * 36 - 1]) {
    expect(run(query, mostScores).dataSync()).toEqual(whole.dataSync());
    expect(slope(mostScores)).toEqual(slope(10 * 36));
  }
  disposeArea(area);
});
