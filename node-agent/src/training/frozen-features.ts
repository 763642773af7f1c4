/** Hands out what the frozen trunk makes of images: from memory, from the cache on disk, or computed. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import { inputSize, type ImageSize } from '@consilium/shared/protocol';
import { PIXELS, type Backbone } from '../backbones/backbone.js';
import type { Dataset } from '../data/dataset.js';
import type { Sample } from '../data/sample.js';
import { normalise } from '../data/transforms/preprocess.js';
import { inBatches } from './batches.js';
import type { FeatureCache } from './feature-cache.js';

/** Pixels that go through the trunk together at most: 16 pictures of 224 x 224, or one of any size. */
const MOST_PIXELS_TOGETHER = 16 * 224 * 224;
const MOST_TOGETHER = 16;
const MOST_BYTES_IN_MEMORY = 256 * 1024 * 1024;

export class FrozenFeatures {
  readonly #backbone: Backbone;
  readonly #level: number;
  readonly #dataset: Dataset;
  readonly #cache: FeatureCache;
  readonly #size: ImageSize;
  /**
   * Images that go through the trunk together. Always exactly so many, blank ones filling up: then an image gets the same bits
   * whether it is computed among all or alone after a restart.
   */
  readonly #together: number;
  readonly #kept = new Map<string, Float32Array>();
  #bytes = 0;

  constructor(backbone: Backbone, level: number, dataset: Dataset, cache: FeatureCache) {
    this.#backbone = backbone;
    this.#level = level;
    this.#dataset = dataset;
    this.#cache = cache;
    this.#size = inputSize(backbone.description.preprocessing);
    this.#together = picturesTogether(this.#size);
  }

  /** Computes what is not cached yet. @param report hears how many of how many images are done */
  async prepare(
    samples: readonly Sample[],
    report: (done: number, all: number) => void,
  ): Promise<void> {
    if (this.#level === PIXELS) {
      return; // The data set keeps the pictures itself, in a quarter of the space.
    }
    const missing: Sample[] = [];
    for (const sample of samples) {
      if ((await this.#find(sample)) === undefined) {
        missing.push(sample);
      }
    }
    for (const [i, some] of inBatches(missing, this.#together).entries()) {
      await this.#compute(some);
      report(samples.length - missing.length + i * this.#together + some.length, samples.length);
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
    if (this.#level === PIXELS) {
      return this.#pixels([sample], 1);
    }
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
    const { height, width } = this.#size;
    const together = this.#together;
    const pixels = await this.#pixels(samples, together);
    const values = tf.tidy(() => {
      const pictures = tf.tensor4d(pixels, [together, height, width, 3]);
      return this.#backbone.trunk(pictures, this.#level).dataSync<'float32'>();
    });
    const one = values.length / together;
    const each = samples.map((_, i) => values.slice(i * one, (i + 1) * one));
    for (const [i, sample] of samples.entries()) {
      const own = each[i] as Float32Array;
      await this.#cache.write(sample.hash, own);
      this.#keep(sample.hash, own);
    }
    return each;
  }

  /** [pictures, height, width, 3], blank ones at the end. */
  async #pixels(samples: readonly Sample[], pictures: number): Promise<Float32Array> {
    const { preprocessing } = this.#backbone.description;
    const one = this.#size.height * this.#size.width * 3;
    const pixels = new Float32Array(pictures * one);
    for (const [i, sample] of samples.entries()) {
      normalise(await this.#dataset.picture(sample), preprocessing, pixels, i * one);
    }
    return pixels;
  }

  #keep(hash: string, values: Float32Array): void {
    if (this.#bytes + values.byteLength <= MOST_BYTES_IN_MEMORY) {
      this.#kept.set(hash, values);
      this.#bytes += values.byteLength;
    }
  }
}

/** Pictures of a size that go through the trunk together. */
export function picturesTogether({ height, width }: ImageSize): number {
  const fitting = Math.floor(MOST_PIXELS_TOGETHER / (height * width));
  return Math.max(1, Math.min(MOST_TOGETHER, fitting));
}
