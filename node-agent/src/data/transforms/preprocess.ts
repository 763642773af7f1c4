/** From a decoded picture to the numbers a backbone takes. */
import { contentHashOf } from '@consilium/shared/crypto';
import { decodeFloat } from '@consilium/shared/encoding';
import type { Preprocessing } from '@consilium/shared/protocol';
import type { ContentHash } from '@consilium/shared/vocabulary';
import type { RgbImage } from '../decoders/decoder.js';
import { resize } from './resample.js';

const CHANNELS = 3;

/** The square of size x size x 3 bytes that a picture becomes, whatever its shape. */
export function squash(image: RgbImage, { size, resample }: Preprocessing): Uint8Array {
  return resize(image, size, size, resample).data;
}

/** (byte x rescale - mean) / std of each channel, written to `out` from `offset` on. */
export function normalise(
  pixels: Uint8Array,
  preprocessing: Preprocessing,
  out: Float32Array,
  offset: number,
): void {
  const rescale = decodeFloat(preprocessing.rescale);
  const mean = preprocessing.mean.map(decodeFloat);
  const std = preprocessing.std.map(decodeFloat);
  for (let i = 0; i < pixels.length; i += 1) {
    const channel = i % CHANNELS;
    const value = (pixels[i] as number) * rescale;
    out[offset + i] = (value - (mean[channel] as number)) / (std[channel] as number);
  }
}

/** Equal hashes mean equal numbers for the backbone; part of the key of cached features. */
export function preprocessingHash(preprocessing: Preprocessing): ContentHash {
  return contentHashOf({ ...preprocessing, version: 1 });
}
