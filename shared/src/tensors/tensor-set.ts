/** Named float32 tensors, and the checks that tie a set to its schema. */
import { ConsiliumError } from '../vocabulary/index.js';
import { shapeSize, type TensorSchema } from './tensor-schema.js';

export interface Tensor {
  /** Row-major. */
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** The exponent's bits of a float32. */
const EXPONENT = 0x7f80_0000;

/** Iterates in the order of insertion; functions that need a layout take it from the schema, never from here. */
export type TensorSet = ReadonlyMap<string, Tensor>;

/**
 * Checks that a set has the schema's tensors, each with its shape, and no other.
 * @throws ConsiliumError 'bad-tensor-schema' naming the tensor
 */
export function requireMatches(schema: TensorSchema, set: TensorSet): void {
  for (const { name, shape } of schema) {
    const tensor = requireTensor(set, name);
    const sameShape =
      tensor.shape.length === shape.length && tensor.shape.every((n, i) => n === shape[i]);
    if (!sameShape) {
      throw mismatch(name, `has shape [${tensor.shape.join(', ')}], not [${shape.join(', ')}]`);
    }
    if (tensor.data.length !== shapeSize(shape)) {
      throw mismatch(name, `holds ${tensor.data.length} values, not ${shapeSize(shape)}`);
    }
  }
  const known = new Set(schema.map(({ name }) => name));
  const extra = [...set.keys()].find((name) => !known.has(name));
  if (extra !== undefined) {
    throw mismatch(extra, 'is not in the schema');
  }
}

/** @throws ConsiliumError 'bad-tensor-schema' when the set lacks the tensor */
export function requireTensor(set: TensorSet, name: string): Tensor {
  const tensor = set.get(name);
  if (tensor === undefined) {
    throw mismatch(name, 'is missing');
  }
  return tensor;
}

/**
 * Checks that no value is NaN or infinite.
 * @throws ConsiliumError 'non-finite' naming the tensor and the position, never the value
 */
export function requireFinite(set: TensorSet): void {
  for (const [name, { data }] of set) {
    const position = firstNonFinite(data);
    if (position >= 0) {
      throw nonFinite(name, position);
    }
  }
}

/** The set in the schema's order, as a file that is to be the same everywhere is written. */
export function inSchemaOrder(schema: TensorSchema, set: TensorSet): TensorSet {
  requireMatches(schema, set);
  return new Map(schema.map(({ name }) => [name, requireTensor(set, name)]));
}

/** The error for a value that is NaN or infinite. */
export function nonFinite(tensor: string, position: number): ConsiliumError {
  return new ConsiliumError('non-finite', `tensor ${tensor} is not finite at ${position}`, {
    detail: { tensor, position },
  });
}

/** Position of the first value that is NaN or infinite, or -1. Looks at the exponents alone: all ones. */
export function firstNonFinite(data: Float32Array): number {
  const bits = new Uint32Array(data.buffer, data.byteOffset, data.length);
  for (let i = 0; i < bits.length; i += 1) {
    if (((bits[i] as number) & EXPONENT) === EXPONENT) {
      return i;
    }
  }
  return -1;
}

function mismatch(tensor: string, fault: string): ConsiliumError {
  return new ConsiliumError('bad-tensor-schema', `tensor ${tensor} ${fault}`, {
    detail: { tensor },
  });
}
