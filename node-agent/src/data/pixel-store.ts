/**
 * The pictures of a data set, resized and cropped for the backbone, so that a file is decoded once where memory allows: within
 * the limit they stay in memory, beyond it they are decoded again when asked for.
 */
import type { Preprocessing } from '@consilium/shared/protocol';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { RgbImage } from './decoders/decoder.js';
import { openImage } from './open-image.js';
import type { Sample } from './sample.js';
import { prepare, type PreparedPicture } from './transforms/preprocess.js';

const MOST_BYTES = 256 * 1024 * 1024;

export class PixelStore {
  readonly #preprocessing: Preprocessing;
  readonly #kept = new Map<string, PreparedPicture>();
  readonly #mostBytes: number;
  #bytes = 0;

  constructor(preprocessing: Preprocessing, mostBytes = MOST_BYTES) {
    this.#preprocessing = preprocessing;
    this.#mostBytes = mostBytes;
  }

  /** Keeps a picture that was just decoded, if there is room. */
  keep(hash: string, image: RgbImage): void {
    const picture = prepare(image, this.#preprocessing);
    if (this.#bytes + picture.data.byteLength <= this.#mostBytes) {
      this.#kept.set(hash, picture);
      this.#bytes += picture.data.byteLength;
    }
  }

  /**
   * The prepared picture of a sample.
   * @throws ConsiliumError 'bad-dataset' when the file changed since the data set was opened
   */
  async picture(sample: Sample): Promise<PreparedPicture> {
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
    return prepare(opened.image, this.#preprocessing);
  }
}
