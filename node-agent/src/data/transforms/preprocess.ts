/** From a decoded picture to the numbers a backbone takes. */
import { contentHashOf } from '@consilium/shared/crypto';
import { decodeFloat } from '@consilium/shared/encoding';
import { inputSize, type Preprocessing } from '@consilium/shared/protocol';
import type { ContentHash } from '@consilium/shared/vocabulary';
import type { RgbImage } from '../decoders/decoder.js';
import { place, type Placement } from './placement.js';
import { resize } from './resample.js';
import { resizeNumbers, type RgbNumbers } from './resample-numbers.js';

const CHANNELS = 3;
const LEVELS = 256;

/** A picture resized and cropped, not yet normalised; it may be smaller than the input: what is padded comes after. */
export type PreparedPicture =
  | ({ readonly kind: 'bytes' } & RgbImage)
  /** Rescaled already. */
  | ({ readonly kind: 'numbers' } & RgbNumbers);

/** Resizes and crops as the backbone wants it. */
export function prepare(image: RgbImage, preprocessing: Preprocessing): PreparedPicture {
  const placement = place(image, preprocessing);
  const { resized, rows, columns } = placement;
  const fill = preprocessing.crop?.fill ?? [0, 0, 0];
  const resizing = { ...resized, rows, columns, resample: preprocessing.resample };
  switch (preprocessing.resizes) {
    case 'bytes': {
      const { data } = resize(image, resizing);
      const blank = () => new Uint8Array(filled(placement, fill));
      return { kind: 'bytes', ...onCanvas(data, placement, blank) };
    }
    case 'numbers': {
      const rescale = decodeFloat(preprocessing.rescale);
      const { data } = resizeNumbers(image, resizing, rescale);
      const blank = () => Float32Array.from(filled(placement, fill), (byte) => byte * rescale);
      return { kind: 'numbers', ...onCanvas(data, placement, blank) };
    }
  }
}

/**
 * (pixel x rescale - mean) / std of each channel.
 * @param out receives height x width x 3 numbers of the input size, row by row, from `offset` on; zeros where nothing lies
 */
export function normalise(
  picture: PreparedPicture,
  preprocessing: Preprocessing,
  out: Float32Array,
  offset: number,
): void {
  const input = inputSize(preprocessing);
  const { width, height } = picture;
  if (width !== input.width || height !== input.height) {
    out.fill(0, offset, offset + input.height * input.width * CHANNELS);
  }
  const mean = preprocessing.mean.map(decodeFloat);
  const std = preprocessing.std.map(decodeFloat);
  const normal = (value: number, channel: number): number =>
    (value - (mean[channel] as number)) / (std[channel] as number);
  const rows = { stride: width * CHANNELS, height, outStride: input.width * CHANNELS, offset };
  switch (picture.kind) {
    case 'bytes':
      writeBytes(picture.data, rows, byteTable(decodeFloat(preprocessing.rescale), normal), out);
      return;
    case 'numbers':
      writeNumbers(picture.data, rows, normal, out);
  }
}

/** Equal hashes mean equal numbers for the backbone; part of the key of cached features. */
export function preprocessingHash(preprocessing: Preprocessing): ContentHash {
  return contentHashOf({ ...preprocessing, version: 2 });
}

/** A canvas of one colour. */
function filled({ canvas }: Placement, colour: readonly number[]): Uint8Array {
  const length = canvas.height * canvas.width * CHANNELS;
  return Uint8Array.from({ length }, (_, i) => colour[i % CHANNELS] ?? 0);
}

/** Lays the kept part on the canvas. */
function onCanvas<T extends Uint8Array | Float32Array>(
  data: T,
  { rows, columns, canvas, top, left }: Placement,
  blank: () => T,
): { readonly width: number; readonly height: number; readonly data: T } {
  const { width, height } = canvas;
  if (rows.count === height && columns.count === width) {
    return { width, height, data };
  }
  const whole = blank();
  const stride = columns.count * CHANNELS;
  for (let y = 0; y < rows.count; y += 1) {
    const row = data.subarray(y * stride, (y + 1) * stride);
    whole.set(row, ((top + y) * width + left) * CHANNELS);
  }
  return { width, height, data: whole };
}

interface Rows {
  /** Numbers in a row of the picture, and in one of the input. */
  readonly stride: number;
  readonly outStride: number;
  readonly height: number;
  /** Where the input begins in `out`. */
  readonly offset: number;
}

/** The normalised number of every byte, channel after channel. */
function byteTable(
  rescale: number,
  normal: (value: number, channel: number) => number,
): Float32Array {
  return Float32Array.from({ length: CHANNELS * LEVELS }, (_, i) =>
    normal((i % LEVELS) * rescale, Math.floor(i / LEVELS)),
  );
}

function writeBytes(data: Uint8Array, rows: Rows, table: Float32Array, out: Float32Array): void {
  const { stride, height, outStride, offset } = rows;
  for (let y = 0; y < height; y += 1) {
    const to = offset + y * outStride;
    for (let i = 0; i < stride; i += CHANNELS) {
      const from = y * stride + i;
      out[to + i] = table[data[from] as number] as number;
      out[to + i + 1] = table[LEVELS + (data[from + 1] as number)] as number;
      out[to + i + 2] = table[2 * LEVELS + (data[from + 2] as number)] as number;
    }
  }
}

function writeNumbers(
  data: Float32Array,
  { stride, height, outStride, offset }: Rows,
  normal: (value: number, channel: number) => number,
  out: Float32Array,
): void {
  for (let y = 0; y < height; y += 1) {
    for (let i = 0; i < stride; i += 1) {
      const value = data[y * stride + i] as number;
      out[offset + y * outStride + i] = normal(value, i % CHANNELS);
    }
  }
}
