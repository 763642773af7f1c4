/**
 * The tensor schema: ordered names and shapes with the range and the first values of each tensor. Its order fixes the layout
 * of every update vector, and its hash binds that layout into the manifest.
 */
import { z } from 'zod';

import { contentHashOf } from '../crypto/index.js';
import { decodeFloat, type FloatBits, type Json } from '../encoding/index.js';
import { ConsiliumError, type ContentHash, LIMITS } from '../vocabulary/index.js';

export type TensorInit =
  { readonly kind: 'zeros' } | { readonly kind: 'uniform'; readonly bound: FloatBits };

export interface TensorSpec {
  readonly name: string;
  /** Row-major; an empty shape is a single value. */
  readonly shape: readonly number[];
  /** C of the fixed-point form: no coordinate of a delta leaves [-C, C]. */
  readonly range: FloatBits;
  readonly init: TensorInit;
}

export type TensorSchema = readonly TensorSpec[];

/** Within these ranges the fixed-point scale is a whole number from 2^11 to 2^53 for every number of sites. */
const SMALLEST_RANGE = 2 ** -22;
const LARGEST_RANGE = 2 ** 19;
const LARGEST_BOUND = 2 ** 19;
const MOST_TENSORS = 4096;
const MOST_DIMENSIONS = 8;
const BYTES_PER_PARAMETER = 4;

/** Begins with a letter or digit: names with two underscores mean something in safetensors and in JavaScript. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_./:-]{0,199}$/;

const FloatWithin = (low: number, high: number) =>
  z.custom<FloatBits>(
    (bits) => isFloatWithin(bits, low, high),
    `expected float bits of a number from ${low} to ${high}`,
  );

/** The JSON form of a tensor schema, for the messages that carry one. */
export const TensorSchemaJson = z
  .array(
    z.strictObject({
      name: z.string().regex(NAME, 'expected a tensor name'),
      shape: z.array(z.int().min(1).max(LIMITS.adapterBytes)).max(MOST_DIMENSIONS),
      range: FloatWithin(SMALLEST_RANGE, LARGEST_RANGE),
      init: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('zeros') }),
        z.strictObject({
          kind: z.literal('uniform'),
          bound: FloatWithin(Number.MIN_VALUE, LARGEST_BOUND),
        }),
      ]),
    }),
  )
  .min(1)
  .max(MOST_TENSORS)
  .refine(namesAreUnique, 'expected every tensor name once')
  .refine(fitsAnAdapter, `expected at most ${LIMITS.adapterBytes} bytes of parameters`)
  .readonly();

/**
 * Reads an untrusted tensor schema.
 * @throws ConsiliumError 'bad-tensor-schema' naming the faulty entries
 */
export function parseTensorSchema(value: unknown): TensorSchema {
  const result = TensorSchemaJson.safeParse(value);
  if (!result.success) {
    const faults = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new ConsiliumError('bad-tensor-schema', `tensor schema: ${faults.join('; ')}`);
  }
  return result.data;
}

/** The hash of the canonical JSON form: equal hashes mean the same layout, ranges and first values. */
export function schemaHash(schema: TensorSchema): ContentHash {
  const json: Json = schema.map(({ name, shape, range, init }) => ({
    name,
    shape: [...shape],
    range,
    init: { ...init },
  }));
  return contentHashOf(json);
}

/** How many parameters all tensors have together: the length of every update vector. */
export function schemaSize(schema: TensorSchema): number {
  return schema.reduce((sum, { shape }) => sum + shapeSize(shape), 0);
}

/** How many values a shape holds. */
export function shapeSize(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}

function isFloatWithin(bits: unknown, low: number, high: number): boolean {
  if (typeof bits !== 'string') {
    return false;
  }
  try {
    const value = decodeFloat(bits);
    return value >= low && value <= high;
  } catch {
    return false;
  }
}

function namesAreUnique(specs: readonly { readonly name: string }[]): boolean {
  return new Set(specs.map(({ name }) => name)).size === specs.length;
}

function fitsAnAdapter(specs: readonly { readonly shape: readonly number[] }[]): boolean {
  const parameters = specs.reduce((sum, { shape }) => sum + shapeSize(shape), 0);
  return parameters * BYTES_PER_PARAMETER <= LIMITS.adapterBytes;
}
