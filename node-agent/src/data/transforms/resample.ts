/**
 * Resizes pictures as Pillow does (libImaging/Resample.c, 12.x), to the byte: a backbone was trained on Pillow's pixels. The
 * filter is stretched by the reduction, so that reducing does not alias; weights are rounded to 22 bits, and each of the two
 * passes, horizontal first, rounds to 8 bits.
 */
import type { Preprocessing } from '@consilium/shared/protocol';
import type { RgbImage } from '../decoders/decoder.js';

const CHANNELS = 3;
const PRECISION = 2 ** 22;

interface Filter {
  readonly support: number;
  weight(distance: number): number;
}

const BILINEAR: Filter = { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) };

/** Keys' cubic with a = -0.5, which passes through the samples. */
const BICUBIC: Filter = {
  support: 2,
  weight: (distance) => {
    const x = Math.abs(distance);
    if (x < 1) {
      return (1.5 * x - 2.5) * x * x + 1;
    }
    return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
  },
};

/** @returns a picture of exactly width x height; the shape of its content is not kept. */
export function resize(
  image: RgbImage,
  width: number,
  height: number,
  resample: Preprocessing['resample'],
): RgbImage {
  switch (resample) {
    case 'nearest':
      return nearest(image, width, height);
    case 'bilinear':
      return filtered(image, width, height, BILINEAR);
    case 'bicubic':
      return filtered(image, width, height, BICUBIC);
  }
}

function filtered(image: RgbImage, width: number, height: number, filter: Filter): RgbImage {
  const across =
    width === image.width ? image : horizontal(image, taps(image.width, width, filter));
  return height === image.height ? across : vertical(across, taps(image.height, height, filter));
}

/** The samples [first, first + weights.length) that make up one output sample; weights are multiples of 2^-22. */
interface Taps {
  readonly first: number;
  readonly weights: readonly number[];
}

function taps(size: number, outSize: number, filter: Filter): Taps[] {
  const scale = size / outSize;
  const stretch = Math.max(1, scale);
  const support = filter.support * stretch;
  return Array.from({ length: outSize }, (_, out) => {
    const centre = (out + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - support + 0.5));
    const last = Math.min(size, Math.trunc(centre + support + 0.5));
    const raw = Array.from({ length: last - first }, (_, i) =>
      filter.weight((first + i - centre + 0.5) * (1 / stretch)),
    );
    const sum = raw.reduce((total, weight) => total + weight, 0);
    return { first, weights: raw.map((weight) => roundAway((weight / sum) * PRECISION)) };
  });
}

function roundAway(x: number): number {
  return Math.trunc(x < 0 ? x - 0.5 : x + 0.5);
}

function horizontal({ width, height, data }: RgbImage, columns: readonly Taps[]): RgbImage {
  const out = new Uint8Array(columns.length * height * CHANNELS);
  let at = 0;
  for (let y = 0; y < height; y += 1) {
    for (const { first, weights } of columns) {
      const start = (y * width + first) * CHANNELS;
      at = mix(data, start, CHANNELS, weights, out, at);
    }
  }
  return { width: columns.length, height, data: out };
}

function vertical({ width, data }: RgbImage, rows: readonly Taps[]): RgbImage {
  const stride = width * CHANNELS;
  const out = new Uint8Array(rows.length * stride);
  let at = 0;
  for (const { first, weights } of rows) {
    for (let x = 0; x < width; x += 1) {
      at = mix(data, first * stride + x * CHANNELS, stride, weights, out, at);
    }
  }
  return { width, height: rows.length, data: out };
}

/** Writes one pixel, the weighted sum of pixels `step` bytes apart, and returns where the next one goes. */
function mix(
  data: Uint8Array,
  start: number,
  step: number,
  weights: readonly number[],
  out: Uint8Array,
  at: number,
): number {
  let red = PRECISION / 2;
  let green = red;
  let blue = red;
  let from = start;
  for (const weight of weights) {
    red += (data[from] as number) * weight;
    green += (data[from + 1] as number) * weight;
    blue += (data[from + 2] as number) * weight;
    from += step;
  }
  out[at] = toByte(red);
  out[at + 1] = toByte(green);
  out[at + 2] = toByte(blue);
  return at + CHANNELS;
}

function toByte(sum: number): number {
  return Math.max(0, Math.min(255, Math.floor(sum / PRECISION)));
}

function nearest(image: RgbImage, width: number, height: number): RgbImage {
  const columns = positions(image.width, width);
  const rows = positions(image.height, height);
  const out = new Uint8Array(width * height * CHANNELS);
  let at = 0;
  for (const y of rows) {
    for (const x of columns) {
      const from = (y * image.width + x) * CHANNELS;
      out.set(image.data.subarray(from, from + CHANNELS), at);
      at += CHANNELS;
    }
  }
  return { width, height, data: out };
}

/** Adds up as Pillow does (Geometry.c, ImagingScaleAffine), whose rounding decides ties. */
function positions(size: number, outSize: number): number[] {
  const scale = size / outSize;
  let position = scale * 0.5;
  return Array.from({ length: outSize }, () => {
    const sample = Math.min(size - 1, Math.trunc(position));
    position += scale;
    return sample;
  });
}
