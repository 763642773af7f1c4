/** Hands out what the frozen trunk makes of images: from memory, from the cache on disk, or computed. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import type { Backbone } from '../backbones/backbone.js';
import type { Dataset } from '../data/dataset.js';
import type { Sample } from '../data/sample.js';
import { normalise } from '../data/transforms/preprocess.js';
import { inBatches } from './batches.js';
import type { FeatureCache } from './feature-cache.js';

/**
 * Images that go through the trunk together. Always exactly so many, blank ones filling up: then an image gets the same bits
 * whether it is computed among all or alone after a restart.
 */
const TOGETHER = 16;
const MOST_BYTES_IN_MEMORY = 256 * 1024 * 1024;

export class FrozenFeatures {
  readonly #backbone: Backbone;
  readonly #level: number;
  readonly #dataset: Dataset;
  readonly #cache: FeatureCache;
  readonly #kept = new Map<string, Float32Array>();
  #bytes = 0;

  constructor(backbone: Backbone, level: number, dataset: Dataset, cache: FeatureCache) {
    this.#backbone = backbone;
    this.#level = level;
    this.#dataset = dataset;
    this.#cache = cache;
  }

  /** Computes what is not cached yet. @param report hears how many of how many images are done */
  async prepare(
    samples: readonly Sample[],
    report: (done: number, all: number) => void,
  ): Promise<void> {
    const missing: Sample[] = [];
    for (const sample of samples) {
      if ((await this.#find(sample)) === undefined) {
        missing.push(sample);
      }
    }
    for (const [i, some] of inBatches(missing, TOGETHER).entries()) {
      await this.#compute(some);
      report(samples.length - missing.length + i * TOGETHER + some.length, samples.length);
      await nextTurn();
    }
  }

  /** @returns [samples x rows, columns] at the level; the caller frees it */
  async batch(samples: readonly Sample[]): Promise<tf.Tensor2D> {
    const [rows, columns] = this.#backbone.shapeAt(this.#level);
    const values = new Float32Array(samples.length * rows * columns);
    for (const [i, sample] of samples.entries()) {
      values.set(await this.#get(sample), i * rows * columns);
    }
    return tf.tensor2d(values, [samples.length * rows, columns]);
  }

  async #get(sample: Sample): Promise<Float32Array> {
    const found = await this.#find(sample);
    if (found !== undefined) {
      return found;
    }
    const [computed] = await this.#compute([sample]);
    return computed as Float32Array;
  }

  async #find({ hash }: Sample): Promise<Float32Array | undefined> {
    const kept = this.#kept.get(hash);
    if (kept !== undefined) {
      return kept;
    }
    const read = await this.#cache.read(hash);
    if (read !== undefined) {
      this.#keep(hash, read);
    }
    return read;
  }

  async #compute(samples: readonly Sample[]): Promise<Float32Array[]> {
    const { preprocessing } = this.#backbone.description;
    const { size } = preprocessing;
    const onePicture = size * size * 3;
    const pixels = new Float32Array(TOGETHER * onePicture);
    for (const [i, sample] of samples.entries()) {
      normalise(await this.#dataset.pixels(sample), preprocessing, pixels, i * onePicture);
    }
    const values = tf.tidy(() => {
      const pictures = tf.tensor4d(pixels, [TOGETHER, size, size, 3]);
      return this.#backbone.trunk(pictures, this.#level).dataSync<'float32'>();
    });
    const one = values.length / TOGETHER;
    const each = samples.map((_, i) => values.slice(i * one, (i + 1) * one));
    for (const [i, sample] of samples.entries()) {
      const own = each[i] as Float32Array;
      await this.#cache.write(sample.hash, own);
      this.#keep(sample.hash, own);
    }
    return each;
  }

  #keep(hash: string, values: Float32Array): void {
    if (this.#bytes + values.byteLength <= MOST_BYTES_IN_MEMORY) {
      this.#kept.set(hash, values);
      this.#bytes += values.byteLength;
    }
  }
}
