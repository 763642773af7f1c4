/**
 * Resizes pictures as Pillow does (libImaging/Resample.c, 12.x), to the byte: a backbone was trained on Pillow's pixels. Weights
 * are rounded to 22 bits, and each of the two passes, horizontal first, rounds to 8 bits.
 */
import type { Preprocessing } from '@consilium/shared/protocol';
import type { RgbImage } from '../decoders/decoder.js';
import {
  nearestSamples,
  samplesUsed,
  taps,
  type FilterName,
  type Span,
  type Taps,
} from './filters.js';

const CHANNELS = 3;
const PRECISION_BITS = 22;
const HALF = 2 ** (PRECISION_BITS - 1);

/** What of a resized picture is wanted: a crop asks for its own part only, so that nothing larger is ever made. */
export interface Resizing {
  /** Size of the whole picture after resizing; the shape of its content is not kept. */
  readonly width: number;
  readonly height: number;
  readonly columns: Span;
  readonly rows: Span;
  readonly resample: Preprocessing['resample'];
}

/** @returns the wanted rows and columns of the resized picture */
export function resize(image: RgbImage, resizing: Resizing): RgbImage {
  const { width, height, columns, rows, resample } = resizing;
  if (resample === 'nearest') {
    const x = nearestSamples(image.width, width, columns);
    return pick(image, x, nearestSamples(image.height, height, rows));
  }
  const down = fixedTaps(image.height, height, rows, resample);
  const needed = samplesUsed(down);
  const across =
    width === image.width
      ? part(image, columns, needed)
      : horizontal(image, fixedTaps(image.width, width, columns, resample), needed);
  return height === image.height ? across : vertical(across, down, needed.first);
}

/** Taps whose weights are whole numbers of 2^-22. */
interface FixedTaps extends Taps {
  readonly fixed: Int32Array;
}

function fixedTaps(size: number, outSize: number, span: Span, name: FilterName): FixedTaps {
  if (size === outSize) {
    // A pass that changes nothing is left out, so each sample is made of itself.
    const ones = new Int32Array(span.count).fill(1);
    const first = ones.map((_, i) => span.first + i);
    return { first, count: ones, weights: new Float64Array(ones), most: 1, fixed: ones };
  }
  const found = taps(size, outSize, span, name);
  return { ...found, fixed: Int32Array.from(found.weights, toFixed) };
}

function toFixed(weight: number): number {
  const scaled = weight * 2 ** PRECISION_BITS;
  return Math.trunc(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
}

/** A copy, so that the whole picture can be freed. */
function part({ width, data }: RgbImage, columns: Span, rows: Span): RgbImage {
  const stride = columns.count * CHANNELS;
  const out = new Uint8Array(rows.count * stride);
  for (let y = 0; y < rows.count; y += 1) {
    const from = ((rows.first + y) * width + columns.first) * CHANNELS;
    out.set(data.subarray(from, from + stride), y * stride);
  }
  return { width: columns.count, height: rows.count, data: out };
}

function horizontal({ width, data }: RgbImage, columns: FixedTaps, rows: Span): RgbImage {
  const stride = columns.first.length * CHANNELS;
  const out = new Uint8Array(rows.count * stride);
  for (let y = 0; y < rows.count; y += 1) {
    const begin = (rows.first + y) * width * CHANNELS;
    const row = data.subarray(begin, begin + width * CHANNELS);
    mixRow(row, columns, out, y * stride);
  }
  return { width: columns.first.length, height: rows.count, data: out };
}

/** Writes one resized row from `at` on. */
function mixRow(row: Uint8Array, columns: FixedTaps, out: Uint8Array, at: number): void {
  const { first, count, fixed, most } = columns;
  for (let x = 0; x < first.length; x += 1) {
    let from = (first[x] as number) * CHANNELS;
    const begin = x * most;
    const end = begin + (count[x] as number);
    let red = HALF;
    let green = HALF;
    let blue = HALF;
    for (let k = begin; k < end; k += 1) {
      const weight = fixed[k] as number;
      red = (red + Math.imul(row[from] as number, weight)) | 0;
      green = (green + Math.imul(row[from + 1] as number, weight)) | 0;
      blue = (blue + Math.imul(row[from + 2] as number, weight)) | 0;
      from += CHANNELS;
    }
    const to = at + x * CHANNELS;
    out[to] = toByte(red);
    out[to + 1] = toByte(green);
    out[to + 2] = toByte(blue);
  }
}

/** @param top the row of the resized picture that `data` begins with */
function vertical({ width, data }: RgbImage, rows: FixedTaps, top: number): RgbImage {
  const { first, count, fixed, most } = rows;
  const stride = width * CHANNELS;
  const out = new Uint8Array(first.length * stride);
  const sums = new Int32Array(stride);
  for (let y = 0; y < first.length; y += 1) {
    sums.fill(HALF);
    for (let k = 0; k < (count[y] as number); k += 1) {
      const begin = ((first[y] as number) - top + k) * stride;
      addRow(data.subarray(begin, begin + stride), fixed[y * most + k] as number, sums);
    }
    writeRow(sums, out, y * stride);
  }
  return { width, height: first.length, data: out };
}

function addRow(row: Uint8Array, weight: number, sums: Int32Array): void {
  for (let i = 0; i < sums.length; i += 1) {
    sums[i] = (sums[i] as number) + Math.imul(row[i] as number, weight);
  }
}

function writeRow(sums: Int32Array, out: Uint8Array, at: number): void {
  for (let i = 0; i < sums.length; i += 1) {
    out[at + i] = toByte(sums[i] as number);
  }
}

function toByte(sum: number): number {
  const value = sum >> PRECISION_BITS;
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

function pick(image: RgbImage, columns: Int32Array, rows: Int32Array): RgbImage {
  const out = new Uint8Array(columns.length * rows.length * CHANNELS);
  let at = 0;
  for (const y of rows) {
    for (const x of columns) {
      const from = (y * image.width + x) * CHANNELS;
      out[at] = image.data[from] as number;
      out[at + 1] = image.data[from + 1] as number;
      out[at + 2] = image.data[from + 2] as number;
      at += CHANNELS;
    }
  }
  return { width: columns.length, height: rows.length, data: out };
}
