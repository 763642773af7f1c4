/**
 * Activations as the trunk cache keeps them: float32, or binary16 in half of the space. What is trained on is always what the cache
 * gives back, also for an image that was computed just now; otherwise a restart would change the result.
 */
import { float16Bytes, float32Bytes, floatBytes, widenFloats } from '@consilium/shared/tensors';
import type { CachePrecision } from '../config/cache-precision.js';

const DTYPES = { f32: 'F32', f16: 'F16' } as const;

/** The largest number of binary16. */
const LARGEST_F16 = 65504;

export function valueBytes(precision: CachePrecision): number {
  return floatBytes(DTYPES[precision]);
}

/** Little-endian. In f16 to the nearest, ties to even; what lies beyond the range becomes the largest number there. */
export function encodeValues(values: Float32Array, precision: CachePrecision): Uint8Array {
  switch (precision) {
    case 'f32':
      return float32Bytes(values);
    case 'f16':
      return float16Bytes(values.map((x) => Math.max(-LARGEST_F16, Math.min(LARGEST_F16, x))));
  }
}

export function decodeValues(bytes: Uint8Array, precision: CachePrecision): Float32Array {
  const values = new Float32Array(bytes.length / valueBytes(precision));
  widenFloats(DTYPES[precision], bytes, values);
  return values;
}

/** How far the kept values are from the computed ones. */
export class RoundingError {
  #values = 0;
  #beyondRange = 0;
  #imprecise = 0;
  #absolute = 0;
  #relative = 0;

  add(computed: Float32Array, kept: Float32Array): void {
    this.#values += computed.length;
    for (let i = 0; i < computed.length; i += 1) {
      const value = Math.abs(computed[i] as number);
      const error = Math.abs((computed[i] as number) - (kept[i] as number));
      if (error > 0) {
        this.#absolute = Math.max(this.#absolute, error);
        this.#relative = Math.max(this.#relative, error / value);
        this.#beyondRange += value > LARGEST_F16 ? 1 : 0;
        this.#imprecise += error / value > 2 ** -10 ? 1 : 0;
      }
    }
  }

  /** One sentence, without any value of an image; undefined while nothing was rounded. */
  get sentence(): string | undefined {
    return this.#absolute === 0
      ? undefined
      : `the trunk cache keeps f16: of ${this.#values} activations ${this.#beyondRange} lie beyond its range ` +
          `and ${this.#imprecise} are off by more than 2^-10 of themselves; ` +
          `the largest error is ${this.#absolute.toPrecision(2)}, the largest relative error ${this.#relative.toPrecision(2)}`;
  }
}
