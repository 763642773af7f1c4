/**
 * Activations of the frozen trunk on disk, one encrypted file an image: whatever lies below the first adapted block never changes,
 * so it is computed once and every later epoch, round and restart begins from there. A record that was cut or altered, or that
 * belongs elsewhere, counts as absent. A file an image costs about a millisecond, little beside what is computed from it, and a
 * torn write costs one image.
 */
import { readFile, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { contentHashOf } from '@consilium/shared/crypto';
import { fromBase64, requireBytes } from '@consilium/shared/encoding';
import { isConsiliumError, type ContentHash } from '@consilium/shared/vocabulary';
import type { TrunkCache } from '../trainer-link/messages.js';
import { inBatches } from './batches.js';
import { FeatureQuota } from './feature-quota.js';
import { RECORD_OVERHEAD_BYTES, RecordCipher, type FeatureKey } from './feature-record.js';
import { decodeValues, encodeValues, RoundingError, valueBytes } from './feature-values.js';
import { unlessMissing } from './missing-file.js';
import { writeWhole } from './write-file.js';

const FILES_AT_ONCE = 16;
const KEY_BYTES = 32;
/** Records used within this time are not marked as used again. */
const USED_MS = 600_000;

export interface FeatureCacheOptions {
  readonly cache: TrunkCache;
  readonly key: Omit<FeatureKey, 'precision'>;
  /** Of one image. */
  readonly values: number;
  /** Takes one sentence for the site's log, without a file name or a value. */
  readonly warn: (sentence: string) => void;
}

export class FeatureCache {
  readonly #options: FeatureCacheOptions;
  readonly #folder: string;
  readonly #cipher: RecordCipher;
  readonly #quota: FeatureQuota;
  readonly #rounding = new RoundingError();
  /** Paths of the records of this training's images: they are not dropped for one another. */
  readonly #inUse = new Set<string>();
  readonly #said = new Set<string>();
  #isDiskFull = false;

  constructor(options: FeatureCacheOptions) {
    const { cache } = options;
    const key: FeatureKey = { ...options.key, precision: cache.precision };
    const studyKey = requireBytes(fromBase64(cache.key), KEY_BYTES, 'key of the trunk cache');
    this.#options = options;
    this.#cipher = new RecordCipher(studyKey, key);
    this.#folder = join(cache.folder, contentHashOf({ ...key }).slice('sha256:'.length));
    this.#quota = new FeatureQuota(cache.quotaFolder, cache.quotaBytes);
  }

  /** Bytes of one image on disk. */
  get recordBytes(): number {
    const { values, cache } = this.#options;
    return values * valueBytes(cache.precision) + RECORD_OVERHEAD_BYTES;
  }

  /**
   * Those of the images that have no record of the right length, in their order. Marks the others as used, and keeps the records
   * of all of them from being dropped while this process runs.
   */
  async missing<T extends { readonly hash: ContentHash }>(images: readonly T[]): Promise<T[]> {
    const absent: T[] = [];
    this.#isDiskFull = false;
    for (const some of inBatches(images, FILES_AT_ONCE)) {
      const isThere = await Promise.all(some.map(({ hash }) => this.#use(this.#path(hash))));
      absent.push(...some.filter((_, i) => isThere[i] === false));
    }
    if (absent.length > 0) {
      await this.#quota.count(); // Others may have made room since.
    }
    return absent;
  }

  /** The values of an image, or undefined when they are absent or damaged. */
  async read(image: ContentHash): Promise<Float32Array | undefined> {
    const path = this.#path(image);
    const record = await unlessMissing(readFile(path), undefined);
    if (record === undefined) {
      return undefined;
    }
    const plain = this.#cipher.open(image, record);
    if (plain?.length !== this.recordBytes - RECORD_OVERHEAD_BYTES) {
      this.#warnOnce(
        'a record of the trunk cache was cut, altered or of another place: computed again',
      );
      await rm(path, { force: true });
      return undefined;
    }
    return decodeValues(plain, this.#options.cache.precision);
  }

  /**
   * Keeps the values of an image where quota and disk have room. The file is not synced: its tag tells one that a power cut tore.
   * @returns the values to train on, as the cache would give them back, and whether it will
   */
  async write(
    image: ContentHash,
    computed: Float32Array,
  ): Promise<{ readonly values: Float32Array; readonly isKept: boolean }> {
    const { precision } = this.#options.cache;
    const plain = encodeValues(computed, precision);
    const values = precision === 'f32' ? computed : decodeValues(plain, precision);
    this.#rounding.add(computed, values);
    return { values, isKept: await this.#keep(image, plain) };
  }

  /** Says, once, how far f16 is from what was computed. */
  sayRounding(): void {
    const { sentence } = this.#rounding;
    if (sentence !== undefined && !this.#said.has('rounding')) {
      this.#said.add('rounding');
      this.#options.warn(sentence);
    }
  }

  /** Says, once, what quota would hold every image. */
  sayTooSmall(images: number): void {
    const { quotaBytes } = this.#options.cache;
    const needed = images * this.recordBytes;
    if (needed > quotaBytes) {
      this.#warnOnce(
        `the trunk cache may take ${megabytes(quotaBytes)}, all ${images} images need ${megabytes(needed)}: ` +
          'the rest is computed again in each epoch; raise cache.quota in agent.yaml',
      );
    }
  }

  async #keep(image: ContentHash, plain: Uint8Array): Promise<boolean> {
    const path = this.#path(image);
    this.#inUse.add(path);
    const isInUse = (other: string): boolean => this.#inUse.has(other);
    if (this.#isDiskFull || !(await this.#quota.reserve(this.recordBytes, isInUse))) {
      return false;
    }
    try {
      await writeWhole(path, [this.#cipher.seal(image, plain)], { sync: false });
      return true;
    } catch (error) {
      if (!isConsiliumError(error) || error.code !== 'disk-full') {
        throw error;
      }
      this.#isDiskFull = true;
      this.#warnOnce('the disk of the trunk cache is full: what it lacks is computed again');
      return false;
    }
  }

  /** @returns false where there is no record of the right length */
  async #use(path: string): Promise<boolean> {
    this.#inUse.add(path);
    const found = await unlessMissing(stat(path), undefined);
    if (found?.size !== this.recordBytes) {
      return false;
    }
    const now = Date.now();
    if (now - found.mtimeMs > USED_MS) {
      await unlessMissing(utimes(path, now / 1000, now / 1000), undefined);
    }
    return true;
  }

  #path(image: ContentHash): string {
    const name = this.#cipher.name(image);
    return join(this.#folder, name.slice(0, 2), name);
  }

  #warnOnce(sentence: string): void {
    if (!this.#said.has(sentence)) {
      this.#said.add(sentence);
      this.#options.warn(sentence);
    }
  }
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}
