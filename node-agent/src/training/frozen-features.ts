/** Hands out what the frozen trunk makes of images: from memory, from the cache on disk, or computed. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import { inputSize, type ImageSize } from '@consilium/shared/protocol';
import { PIXELS, type Backbone } from '../backbones/backbone.js';
import type { Dataset } from '../data/dataset.js';
import type { Sample } from '../data/sample.js';
import { normalise } from '../data/transforms/preprocess.js';
import { SPLITS } from '../trainer-link/messages.js';
import { inBatches } from './batches.js';
import type { FeatureCache } from './feature-cache.js';
import { afterShortages } from './memory-plan.js';

/** Pixels that go through the trunk together at most: 16 pictures of 224 x 224, or one of any size. */
const MOST_PIXELS_TOGETHER = 16 * 224 * 224;
const MOST_TOGETHER = 16;
const MOST_BYTES_IN_MEMORY = 256 * 1024 * 1024;

export interface FeatureLimits {
  /** Of the activations that stay in memory as well. */
  readonly memoryBytes?: number;
  /** How often memory has run out: then fewer images go through together. */
  readonly shortages?: number;
}

export class FrozenFeatures {
  readonly #backbone: Backbone;
  readonly #level: number;
  readonly #dataset: Pick<Dataset, 'samples' | 'picture'>;
  readonly #cache: FeatureCache;
  readonly #memoryBytes: number;
  readonly #size: ImageSize;
  /**
   * Images that go through the trunk together. Always exactly so many, blank ones filling up: then an image gets the same bits
   * whether it is computed among all or alone after a restart.
   */
  readonly #together: number;
  readonly #kept = new Map<string, Float32Array>();
  #bytes = 0;

  constructor(
    backbone: Backbone,
    level: number,
    dataset: Pick<Dataset, 'samples' | 'picture'>,
    cache: FeatureCache,
    { memoryBytes = MOST_BYTES_IN_MEMORY, shortages = 0 }: FeatureLimits = {},
  ) {
    this.#backbone = backbone;
    this.#level = level;
    this.#dataset = dataset;
    this.#cache = cache;
    this.#memoryBytes = memoryBytes;
    this.#size = inputSize(backbone.description.preprocessing);
    this.#together = afterShortages(picturesTogether(this.#size), shortages);
  }

  /**
   * Computes what is not cached yet, as far as there is room for it; the rest is computed again whenever it is asked for.
   * @param report hears how many of how many images are done
   */
  async prepare(
    samples: readonly Sample[],
    report: (done: number, all: number) => void,
  ): Promise<void> {
    if (this.#level === PIXELS) {
      return; // The data set keeps the pictures itself, in a quarter of the space.
    }
    const missing = (await this.#cache.missing(samples)).filter(
      ({ hash }) => !this.#kept.has(hash),
    );
    let done = samples.length - missing.length;
    for (const some of inBatches(missing, this.#together)) {
      const { isKept } = await this.#compute(some);
      if (!isKept) {
        const everyone = SPLITS.flatMap((split) => this.#dataset.samples(split));
        this.#cache.sayTooSmall(everyone.length);
        break;
      }
      done += some.length;
      report(done, samples.length);
      await nextTurn();
    }
    this.#cache.sayRounding();
  }

  /** @returns [samples x rows, columns] at the level; the caller frees it */
  async batch(samples: readonly Sample[]): Promise<tf.Tensor2D> {
    const [rows, columns] = this.#backbone.shapeAt(this.#level);
    const one = rows * columns;
    const values =
      this.#level === PIXELS
        ? await this.#pixels(samples, samples.length)
        : new Float32Array(samples.length * one);
    if (this.#level !== PIXELS) {
      await this.#fill(samples, (i, found) => values.set(found, i * one));
    }
    return tf.tensor2d(values, [samples.length * rows, columns]);
  }

  /** Hands over the values of every sample; those that are found nowhere are computed together. */
  async #fill(
    samples: readonly Sample[],
    take: (i: number, values: Float32Array) => void,
  ): Promise<void> {
    const absent: number[] = [];
    for (const [i, sample] of samples.entries()) {
      const found = await this.#find(sample);
      if (found === undefined) {
        absent.push(i);
      } else {
        take(i, found);
      }
    }
    for (const some of inBatches(absent, this.#together)) {
      const { values } = await this.#compute(some.map((i) => samples[i] as Sample));
      some.forEach((i, at) => take(i, values[at] as Float32Array));
    }
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

  /** @returns the values to train on, and whether memory or disk keep all of them */
  async #compute(samples: readonly Sample[]): Promise<{ values: Float32Array[]; isKept: boolean }> {
    const { height, width } = this.#size;
    const together = this.#together;
    const pixels = await this.#pixels(samples, together);
    const left = tf.tidy(() => {
      const pictures = tf.tensor4d(pixels, [together, height, width, 3]);
      return this.#backbone.trunk(pictures, this.#level);
    });
    const computed = await left.data<'float32'>();
    left.dispose();
    const one = computed.length / together;
    const values: Float32Array[] = [];
    let isKept = true;
    for (const [i, { hash }] of samples.entries()) {
      const written = await this.#cache.write(hash, computed.slice(i * one, (i + 1) * one));
      const isInMemory = this.#keep(hash, written.values);
      isKept &&= written.isKept || isInMemory;
      values.push(written.values);
    }
    return { values, isKept };
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

  /** @returns false where memory has no room for it */
  #keep(hash: string, values: Float32Array): boolean {
    const hasRoom = this.#bytes + values.byteLength <= this.#memoryBytes;
    if (hasRoom && !this.#kept.has(hash)) {
      this.#kept.set(hash, values);
      this.#bytes += values.byteLength;
    }
    return hasRoom;
  }
}

/** Pictures of a size that go through the trunk together. */
export function picturesTogether({ height, width }: ImageSize): number {
  const fitting = Math.floor(MOST_PIXELS_TOGETHER / (height * width));
  return Math.max(1, Math.min(MOST_TOGETHER, fitting));
}
