import { cpSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { BACKENDS, startBackend } from '../../engine/testing/backends.js';
import { unadapted, type Backbone } from '../backbone.js';
import { openBackbone } from '../open-backbone.js';
import { describeBackbone } from '../read-backbone.js';

const VECTORS = join(__dirname, 'vectors');
const TINY = join(VECTORS, 'tiny-vit');

interface Expected {
  readonly batch: number;
  readonly levels: readonly (readonly number[])[];
  readonly features: readonly number[];
}

const expected = JSON.parse(readFileSync(join(TINY, 'expected.json'), 'utf8')) as Expected;

/** The pixels of make-tiny-vit.py. */
function pixels(batch: number): tf.Tensor4D {
  const size = batch * 16 * 16 * 3;
  const values = Float32Array.from({ length: size }, (_, j) => Math.sin(0.37 * j));
  return tf.tensor4d(values, [batch, 16, 16, 3]);
}

function largestDifference(found: tf.Tensor, wanted: readonly number[]): number {
  const values = found.dataSync();
  expect(values).toHaveLength(wanted.length);
  return Math.max(...wanted.map((value, i) => Math.abs(value - (values[i] ?? NaN))));
}

describe.each(BACKENDS)('a vit on %s', (backend) => {
  let vit: Backbone;

  beforeAll(async () => {
    await startBackend(backend);
    vit = await openBackbone(TINY);
  });

  afterAll(() => vit.dispose());

  it('gives the features of transformers', () => {
    const features = vit.trunk(pixels(expected.batch), vit.blocks);
    expect(features.shape).toEqual([expected.batch, vit.featureSize]);
    expect(largestDifference(features, expected.features)).toBeLessThan(1e-5);
  });

  it.each([0, 1, 2])('gives the input of block %i as transformers does', (level) => {
    const tokens = vit.trunk(pixels(1), level);
    expect(tokens.shape).toEqual(vit.shapeAt(level));
    expect(largestDifference(tokens, expected.levels[level] ?? [])).toBeLessThan(1e-5);
  });

  it.each([0, 1, 2, 3])('goes on from level %i to the same features', (level) => {
    const features = vit.features(vit.trunk(pixels(expected.batch), level), level, unadapted);
    expect(largestDifference(features, expected.features)).toBeLessThan(1e-5);
  });

  it('computes a picture alike wherever it stands in a batch', () => {
    const three = vit.trunk(pixels(3), 2).dataSync();
    const [first, , third] = tf.split(pixels(3), 3);
    const turned = tf.concat([third as tf.Tensor4D, first as tf.Tensor4D, first as tf.Tensor4D]);
    const again = vit.trunk(turned, 2).dataSync();
    const one = three.length / 3;
    expect(again.slice(0, one)).toEqual(three.slice(2 * one));
    expect(again.slice(one, 2 * one)).toEqual(three.slice(0, one));
  });

  it('leaves nothing behind in the engine', async () => {
    const before = tf.memory().numTensors;
    const input = pixels(2);
    const other = await openBackbone(TINY);
    tf.tidy(() => {
      other.features(other.trunk(input, 1), 1, unadapted);
    });
    other.dispose();
    input.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('weights in half precision', () => {
  it.each(['bf16', 'f16'])(
    'load from %s with prefixed names to the same features',
    async (form) => {
      await startBackend('wasm');
      const folder = mkdtempSync(join(tmpdir(), 'vit-'));
      cpSync(TINY, folder, { recursive: true });
      cpSync(join(VECTORS, `tiny-vit-${form}`), folder, { recursive: true });
      const vit = await openBackbone(folder);
      const features = vit.trunk(pixels(expected.batch), vit.blocks);
      expect(largestDifference(features, expected.features)).toBeLessThan(1e-5);
      expect(vit.description.hash).not.toBe((await describeBackbone(TINY)).hash);
      vit.dispose();
    },
  );
});
