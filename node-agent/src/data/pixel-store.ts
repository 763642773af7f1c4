/**
 * The pictures of a data set, squashed to the backbone's size, so that a file is decoded once where memory allows: within the
 * limit they stay in memory, beyond it they are decoded again when asked for.
 */
import type { Preprocessing } from '@consilium/shared/protocol';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { RgbImage } from './decoders/decoder.js';
import { openImage } from './open-image.js';
import type { Sample } from './sample.js';
import { squash } from './transforms/preprocess.js';

const MOST_BYTES = 256 * 1024 * 1024;

export class PixelStore {
  readonly #preprocessing: Preprocessing;
  readonly #kept = new Map<string, Uint8Array>();
  readonly #mostBytes: number;
  #bytes = 0;

  constructor(preprocessing: Preprocessing, mostBytes = MOST_BYTES) {
    this.#preprocessing = preprocessing;
    this.#mostBytes = mostBytes;
  }

  /** Keeps a picture that was just decoded, if there is room. */
  keep(hash: string, image: RgbImage): void {
    const pixels = squash(image, this.#preprocessing);
    if (this.#bytes + pixels.length <= this.#mostBytes) {
      this.#kept.set(hash, pixels);
      this.#bytes += pixels.length;
    }
  }

  /**
   * The size x size x 3 bytes of a sample.
   * @throws ConsiliumError 'bad-dataset' when the file changed since the data set was opened
   */
  async pixels(sample: Sample): Promise<Uint8Array> {
    const kept = this.#kept.get(sample.hash);
    if (kept !== undefined) {
      return kept;
    }
    const opened = await openImage(sample.path);
    if (opened.kind === 'refused' || opened.hash !== sample.hash) {
      throw new ConsiliumError(
        'bad-dataset',
        `the file of row ${sample.row} changed while it was in use`,
      );
    }
    return squash(opened.image, this.#preprocessing);
  }
}
