/** Arguments and results of a captured function: tensors in lists and plain objects, with numbers, texts and flags between them. */
import { Tensor } from '@tensorflow/tfjs-core';
import { CaptureError } from './capture-error.js';

/**
 * Appends the tensors to `leaves`, depth first.
 * @returns the structure with types, shapes and all other values as text: equal texts mean that one trace serves both
 * @throws CaptureError for what cannot be told apart by its text
 */
export function flatten(value: unknown, leaves: Tensor[]): string {
  if (isTensor(value)) {
    leaves.push(value);
    return `${value.dtype}[${value.shape.join()}]`;
  }
  if (Array.isArray(value)) {
    return `[${value.map((item: unknown) => flatten(item, leaves)).join()}]`;
  }
  return typeof value === 'object' && value !== null ? flattenObject(value, leaves) : textOf(value);
}

/** The same structure with the tensors replaced in turn. */
export function rebuild(value: unknown, leaves: Iterator<Tensor>): unknown {
  if (isTensor(value)) {
    const next = leaves.next();
    if (next.done === true) {
      throw new Error('there are fewer tensors than the structure has places');
    }
    return next.value;
  }
  if (Array.isArray(value)) {
    return value.map((item: unknown) => rebuild(item, leaves));
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, item]) => [key, rebuild(item, leaves)]);
    return Object.fromEntries(entries);
  }
  return value;
}

function flattenObject(value: object, leaves: Tensor[]): string {
  if (ArrayBuffer.isView(value)) {
    throw new CaptureError('a typed array is an argument or a result; make a tensor of it');
  }
  const entries = Object.entries(value).map(([key, item]) => `${key}:${flatten(item, leaves)}`);
  return `{${entries.join()}}`;
}

function isTensor(value: unknown): value is Tensor {
  return value instanceof Tensor;
}

/** Tells equal from unequal, and -0 from 0. */
function textOf(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value);
    case 'bigint':
      return `${value}n`;
    case 'function':
    case 'symbol':
      throw new CaptureError(`a ${typeof value} is an argument or a result; close over it instead`);
    case 'boolean':
    case 'undefined':
      return String(value);
    case 'object':
      return 'null';
  }
}
