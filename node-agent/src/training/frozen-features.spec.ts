import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { contentHash } from '@consilium/shared/crypto';
import { encodeFloat, utf8 } from '@consilium/shared/encoding';
import {
  PLAIN_VIT,
  type BackboneDescription,
  type Preprocessing,
} from '@consilium/shared/protocol';
import { PIXELS, type Backbone } from '../backbones/backbone.js';
import type { Dataset } from '../data/dataset.js';
import type { Sample } from '../data/sample.js';
import { startBackend } from '../engine/testing/backends.js';
import { FeatureCache } from './feature-cache.js';
import { FrozenFeatures } from './frozen-features.js';
import { trunkCacheAt } from './testing/trunk-cache.js';

const hash = (text: string) => contentHash(utf8(text));

function preprocessingOf(side: number): Preprocessing {
  return {
    resize: { kind: 'exact', height: side, width: side },
    resample: 'bilinear',
    resizes: 'bytes',
    rescale: encodeFloat(1),
    mean: [1, 2, 3].map(encodeFloat),
    std: [2, 2, 2].map(encodeFloat),
  };
}

const description = (side: number): BackboneDescription => ({
  hash: hash('backbone'),
  geometry: {
    ...PLAIN_VIT,
    hiddenSize: 1,
    layers: 2,
    heads: 1,
    mlpSize: 1,
    imageSize: side,
    patchSize: side,
    layerNormEps: encodeFloat(1e-6),
  },
  preprocessing: preprocessingOf(side),
  parameters: 1,
});

/** Its feature is the sum of a picture's numbers; it notes how many pictures came together. */
function summing(side: number, together: number[]): Backbone {
  return {
    description: description(side),
    blocks: 2,
    featureSize: 1,
    shapeAt: (level) => (level === PIXELS ? [side * side, 3] : [1, 1]),
    trunk: (pixels) => {
      together.push(pixels.shape[0]);
      return tf.reshape(tf.sum(pixels, [1, 2, 3]), [-1, 1]);
    },
    features: (x) => x,
    parameters: new Map(),
    dispose: () => undefined,
  };
}

/** Samples whose pictures have one colour, the number of their row. */
const dataset = (side: number): Dataset => ({
  report: {} as Dataset['report'],
  samples: (split) => (split === 'train' ? samples : []),
  picture: ({ row }) =>
    Promise.resolve({
      kind: 'bytes',
      width: side,
      height: side,
      data: new Uint8Array(side * side * 3).fill(row),
    }),
});

const samples = [10, 20, 30].map((row) => ({ row, hash: hash(String(row)) }) as Sample);

let folder = '';

beforeAll(() => startBackend('cpu'));
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'features-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function open(side: number, level: number, together: number[]): FrozenFeatures {
  const key = {
    backbone: hash('backbone'),
    geometry: hash('geometry'),
    level,
    preprocessing: hash('preprocessing'),
    engine: 'cpu-1',
  };
  const backbone = summing(side, together);
  const [rows, columns] = backbone.shapeAt(level);
  const cache = new FeatureCache({
    cache: trunkCacheAt(folder),
    key,
    values: rows * columns,
    warn: () => undefined,
  });
  return new FrozenFeatures(backbone, level, dataset(side), cache);
}

const filesIn = () => readdirSync(folder, { recursive: true, withFileTypes: true });

describe('FrozenFeatures', () => {
  it('computes each picture once, always so many together, and finds it again on disk', async () => {
    const together: number[] = [];
    const features = open(2, 0, together);
    await features.prepare(samples, () => undefined);
    const wanted = [10, 20, 30].map((row) => (4 * (3 * row - 6)) / 2);
    expect(Array.from((await features.batch(samples)).dataSync())).toEqual(wanted);
    expect(together).toEqual([16]);
    const again = open(2, 0, together);
    expect(Array.from((await again.batch(samples)).dataSync())).toEqual(wanted);
    expect(together).toEqual([16]);
    expect(filesIn().filter((file) => file.isFile())).toHaveLength(3);
  });

  it.each([
    [448, [4]],
    [1024, [1, 1, 1]],
  ])('takes fewer of larger pictures together: of %i pixels %j', async (side, wanted) => {
    const together: number[] = [];
    const done: number[] = [];
    await open(side, 1, together).prepare(samples, (count) => done.push(count));
    expect(together).toEqual(wanted);
    expect(done.at(-1)).toBe(3);
  });

  it('hands out the pictures themselves without a second copy on disk', async () => {
    const together: number[] = [];
    const features = open(2, PIXELS, together);
    const report = jest.fn();
    await features.prepare(samples, report);
    const batch = await features.batch(samples.slice(0, 2));
    expect(batch.shape).toEqual([2 * 4, 3]);
    expect(Array.from(batch.dataSync().slice(0, 3))).toEqual([4.5, 4, 3.5]);
    expect(Array.from(batch.dataSync().slice(12, 15))).toEqual([9.5, 9, 8.5]);
    expect(together).toEqual([]);
    expect(report).not.toHaveBeenCalled();
    expect(filesIn()).toEqual([]);
  });
});
