/** The resampling filters of Pillow (libImaging/Resample.c, 12.x) and the samples that each output sample is made of. */
import type { Preprocessing } from '@consilium/shared/protocol';

/** Names of the filters that weigh neighbours; `nearest` only picks one. */
export type FilterName = Exclude<Preprocessing['resample'], 'nearest'>;

interface Filter {
  readonly support: number;
  weight(distance: number): number;
}

const FILTERS: Readonly<Record<FilterName, Filter>> = {
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  /** Keys' cubic with a = -0.5, which passes through the samples. */
  bicubic: { support: 2, weight: cubic },
  lanczos: { support: 3, weight: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

/** A run of samples, such as the part of a resized row that a crop keeps. */
export interface Span {
  readonly first: number;
  readonly count: number;
}

/** For each output sample of a span: where its input samples begin, how many they are, and their weights, which add up to 1. */
export interface Taps {
  readonly first: Int32Array;
  readonly count: Int32Array;
  /** `most` weights an output sample, zeros filling up. */
  readonly weights: Float64Array;
  readonly most: number;
}

/**
 * The filter is stretched by the reduction, so that reducing does not alias.
 * @param size samples that there are @param outSize samples that they are resized to @param span those of them that are wanted
 */
export function taps(size: number, outSize: number, span: Span, name: FilterName): Taps {
  const filter = FILTERS[name];
  const scale = size / outSize;
  const stretch = Math.max(1, scale);
  const support = filter.support * stretch;
  const most = Math.min(size, Math.ceil(support) * 2 + 1);
  const first = new Int32Array(span.count);
  const count = new Int32Array(span.count);
  const weights = new Float64Array(span.count * most);
  for (let i = 0; i < span.count; i += 1) {
    const centre = (span.first + i + 0.5) * scale;
    const begin = Math.max(0, Math.trunc(centre - support + 0.5));
    const end = Math.min(size, Math.trunc(centre + support + 0.5));
    const own = weights.subarray(i * most, i * most + end - begin);
    let sum = 0;
    for (let k = 0; k < own.length; k += 1) {
      const weight = filter.weight((begin + k - centre + 0.5) * (1 / stretch));
      own[k] = weight;
      sum += weight;
    }
    for (let k = 0; k < own.length; k += 1) {
      own[k] = (own[k] as number) / sum;
    }
    first[i] = begin;
    count[i] = end - begin;
  }
  return { first, count, weights, most };
}

/** Far more than a row of any picture; of a thread drawn out to billions of samples only the last steps are added up. */
const MOST_STEPS = 2 ** 20;

/** The sample that `nearest` picks for each output sample. Adds up as Pillow does (Geometry.c, ImagingScaleAffine): ties. */
export function nearestSamples(size: number, outSize: number, span: Span): Int32Array {
  const scale = size / outSize;
  const samples = new Int32Array(span.count);
  const begin = Math.max(0, span.first - MOST_STEPS);
  let position = scale * (begin + 0.5);
  for (let i = begin; i < span.first + span.count; i += 1) {
    if (i >= span.first) {
      samples[i - span.first] = Math.min(size - 1, Math.trunc(position));
    }
    position += scale;
  }
  return samples;
}

/** The input samples that these output samples are made of, from the first to the last. */
export function samplesUsed({ first, count }: Taps): Span {
  const last = first.length - 1;
  const begin = first[0] as number;
  return { first: begin, count: (first[last] as number) + (count[last] as number) - begin };
}

function cubic(distance: number): number {
  const x = Math.abs(distance);
  if (x < 1) {
    return (1.5 * x - 2.5) * x * x + 1;
  }
  return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}
