/**
 * Resizes pictures whose bytes were rescaled to numbers first, as torchvision does with floating-point tensors (antialiased; ATen
 * UpSampleKernel.cpp, torch 2.13): Pillow's filters, nothing rounded to bytes and nothing cut to a range.
 */
import type { RgbImage } from '../decoders/decoder.js';
import { samplesUsed, taps, type Span, type Taps } from './filters.js';
import type { Resizing } from './resample.js';

const CHANNELS = 3;

/** Pixels as numbers: row-major, three numbers a pixel. */
export interface RgbNumbers {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** @param rescale what every byte is multiplied by beforehand @returns the wanted rows and columns of the resized picture */
export function resizeNumbers(image: RgbImage, resizing: Resizing, rescale: number): RgbNumbers {
  const { width, height, columns, rows } = resizing;
  const down = tapsOf(image.height, height, rows, resizing);
  const needed = samplesUsed(down);
  const across = horizontal(image, tapsOf(image.width, width, columns, resizing), needed, rescale);
  return vertical(across, down, needed.first);
}

function tapsOf(size: number, outSize: number, span: Span, { resample }: Resizing): Taps {
  if (resample !== 'nearest' && size !== outSize) {
    return taps(size, outSize, span, resample);
  }
  const ones = new Int32Array(span.count).fill(1);
  const first = ones.map((_, i) => nearest(size, outSize, span.first + i));
  return { first, count: ones, weights: new Float64Array(ones), most: 1 };
}

/** torch's `nearest-exact`, in single precision, which decides ties. */
function nearest(size: number, outSize: number, sample: number): number {
  const position = Math.fround((sample + 0.5) * Math.fround(size / outSize));
  return Math.min(size - 1, Math.floor(position));
}

function horizontal(
  { width, data }: RgbImage,
  columns: Taps,
  rows: Span,
  rescale: number,
): RgbNumbers {
  const { first, count, weights, most } = columns;
  const out = new Float32Array(first.length * rows.count * CHANNELS);
  let at = 0;
  for (let y = rows.first; y < rows.first + rows.count; y += 1) {
    for (let x = 0; x < first.length; x += 1) {
      let from = (y * width + (first[x] as number)) * CHANNELS;
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let k = x * most; k < x * most + (count[x] as number); k += 1) {
        const weight = weights[k] as number;
        red += (data[from] as number) * weight;
        green += (data[from + 1] as number) * weight;
        blue += (data[from + 2] as number) * weight;
        from += CHANNELS;
      }
      out[at] = red * rescale;
      out[at + 1] = green * rescale;
      out[at + 2] = blue * rescale;
      at += CHANNELS;
    }
  }
  return { width: first.length, height: rows.count, data: out };
}

/** @param top the row of the resized picture that `data` begins with */
function vertical({ width, data }: RgbNumbers, rows: Taps, top: number): RgbNumbers {
  const { first, count, weights, most } = rows;
  const stride = width * CHANNELS;
  const out = new Float32Array(first.length * stride);
  const sums = new Float64Array(stride);
  for (let y = 0; y < first.length; y += 1) {
    sums.fill(0);
    for (let k = 0; k < (count[y] as number); k += 1) {
      const weight = weights[y * most + k] as number;
      const from = ((first[y] as number) - top + k) * stride;
      for (let i = 0; i < stride; i += 1) {
        sums[i] = (sums[i] as number) + (data[from + i] as number) * weight;
      }
    }
    out.set(sums, y * stride);
  }
  return { width, height: first.length, data: out };
}
