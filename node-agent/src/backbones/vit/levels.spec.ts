/** The input of every block, and the features of a batch, of a checkpoint that transformers wrote: vectors/SOURCE.md. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { BACKENDS, startBackend } from '../../engine/testing/backends.js';
import type { Backbone } from '../backbone.js';
import { openBackbone } from '../open-backbone.js';

const TINY = join(__dirname, 'vectors/tiny-vit');

interface Expected {
  readonly batch: number;
  readonly levels: readonly (readonly number[])[];
  readonly features: readonly number[];
}

const expected = JSON.parse(readFileSync(join(TINY, 'expected.json'), 'utf8')) as Expected;

/** The pixels of make-tiny-vit.py. */
function pixels(batch: number): tf.Tensor4D {
  const values = Float32Array.from({ length: batch * 16 * 16 * 3 }, (_, j) => Math.sin(0.37 * j));
  return tf.tensor4d(values, [batch, 16, 16, 3]);
}

function expectClose(found: tf.Tensor, wanted: readonly number[]): void {
  const values = found.dataSync();
  expect(values).toHaveLength(wanted.length);
  const differences = wanted.map((value, i) => Math.abs(value - (values[i] ?? NaN)));
  expect(Math.max(...differences)).toBeLessThan(1e-5);
}

describe.each(BACKENDS)('tiny-vit on %s', (backend) => {
  let vit: Backbone;

  beforeAll(async () => {
    await startBackend(backend);
    vit = await openBackbone(TINY);
  });

  afterAll(() => vit.dispose());

  it('gives the features of transformers', () => {
    expectClose(vit.trunk(pixels(expected.batch), vit.blocks), expected.features);
  });

  it.each([0, 1, 2])('gives the input of block %i as transformers does', (level) => {
    const tokens = vit.trunk(pixels(1), level);
    expect(tokens.shape).toEqual(vit.shapeAt(level));
    expectClose(tokens, expected.levels[level] ?? []);
  });
});
