/**
 * Activations of the frozen trunk on disk, one file an image: whatever lies below the first adapted block never changes, so it
 * is computed once and every later epoch, round and restart begins from there. A file that was cut or altered counts as absent.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '@consilium/shared/crypto';
import { equalBytes } from '@consilium/shared/encoding';
import type { ContentHash } from '@consilium/shared/vocabulary';
import { writeWhole } from './write-file.js';

const HASH_BYTES = 32;
const FLOAT_BYTES = 4;

/** Everything that decides the values, besides the image. */
export interface FeatureKey {
  readonly backbone: ContentHash;
  /** Of the geometry that the study names: its pool makes other features of the same backbone. */
  readonly geometry: ContentHash;
  /** The level of the backbone, as Backbone counts them. */
  readonly level: number;
  readonly preprocessing: ContentHash;
  /** Engines differ in the last bits; a training must not mix them. */
  readonly engine: string;
}

export class FeatureCache {
  readonly #folder: string;
  readonly #values: number;

  /** @param values float32 values of one image */
  constructor(cacheFolder: string, key: FeatureKey, values: number) {
    const { backbone, geometry, level, preprocessing, engine } = key;
    this.#folder = join(
      cacheFolder,
      'features',
      hexOf(backbone),
      hexOf(geometry),
      `level-${level}`,
      hexOf(preprocessing),
      engine,
    );
    this.#values = values;
  }

  /** The values of an image, or undefined when they are absent or damaged. */
  async read(image: ContentHash): Promise<Float32Array | undefined> {
    const file = await readFile(this.#path(image)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') {
        return new Uint8Array();
      }
      throw error;
    });
    const body = file.subarray(HASH_BYTES);
    const isWhole =
      file.length === HASH_BYTES + this.#values * FLOAT_BYTES &&
      equalBytes(sha256(body), file.subarray(0, HASH_BYTES));
    return isWhole ? new Float32Array(new Uint8Array(body).buffer) : undefined;
  }

  /** Not synced to disk: the checksum tells a file that a power cut tore. @throws ConsiliumError 'disk-full' */
  async write(image: ContentHash, values: Float32Array): Promise<void> {
    const body = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    await writeWhole(this.#path(image), [sha256(body), body], { sync: false });
  }

  #path(image: ContentHash): string {
    const name = hexOf(image);
    return join(this.#folder, name.slice(0, 2), `${name}.f32`);
  }
}

/** The colon of `sha256:` is no character for a Windows path. */
function hexOf(hash: ContentHash): string {
  return hash.slice('sha256:'.length);
}
