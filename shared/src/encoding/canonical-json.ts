/**
 * The bytes that are hashed and signed: the part of the JSON Canonicalization Scheme (RFC 8785) without null and fractions,
 * which no message needs. Numbers with a fraction travel as float bits.
 */
import { ConsiliumError, LIMITS } from '../vocabulary/index.js';
import { fromUtf8, isWellFormed, utf8 } from './bytes.js';
import { isForbiddenKey, parseJson, type JsonLimits } from './json.js';

/** A property may be absent, hence `undefined` in the type; one that is present and undefined is refused. */
export type Json = string | boolean | number | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/**
 * Keys sorted by UTF-16 code units, no white space, shortest escapes.
 * @throws ConsiliumError 'bad-encoding' naming the path, on null, undefined, a fraction, an integer beyond 2^53 - 1, half a
 * surrogate pair, an object with a class, a forbidden key, or nesting beyond `LIMITS.jsonDepth`.
 */
export function canonicalJson(value: Json): string {
  return textOf(value, 0, '$');
}

/** The UTF-8 bytes of `canonicalJson`. */
export function canonicalBytes(value: Json): Uint8Array {
  return utf8(canonicalJson(value));
}

/**
 * Parses bytes that must be exactly the canonical form of what they say, so that no two byte strings mean the same.
 * @throws ConsiliumError 'bad-encoding'
 */
export function parseCanonicalJson(bytes: Uint8Array, limits: JsonLimits = {}): unknown {
  const text = fromUtf8(bytes);
  const value = parseJson(text, limits);
  if (textOf(value, 0, '$') !== text) {
    throw new ConsiliumError('bad-encoding', 'JSON is not in canonical form');
  }
  return value;
}

/** @param depth how many objects and arrays hold the value. */
function textOf(value: unknown, depth: number, path: string): string {
  switch (typeof value) {
    case 'string':
      return stringText(value, path);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'number':
      return integerText(value, path);
    case 'object':
      return structureText(value, depth + 1, path);
    default:
      throw refuse(path, `${typeof value} has no form`);
  }
}

/** JSON.stringify escapes exactly as RFC 8785 section 3.2.2.2 asks once half pairs are ruled out. */
function stringText(value: string, path: string): string {
  if (!isWellFormed(value)) {
    throw refuse(path, 'half a surrogate pair');
  }
  return JSON.stringify(value);
}

function integerText(value: number, path: string): string {
  if (!Number.isSafeInteger(value)) {
    throw refuse(path, 'only whole numbers up to 2^53 - 1 have a form');
  }
  return JSON.stringify(value);
}

function structureText(value: object | null, depth: number, path: string): string {
  if (value === null) {
    throw refuse(path, 'null has no form');
  }
  if (depth > LIMITS.jsonDepth) {
    throw refuse(path, `nested deeper than ${LIMITS.jsonDepth}`);
  }
  if (Array.isArray(value)) {
    return arrayText(value, depth, path);
  }
  if (!isPlain(value)) {
    throw refuse(path, 'only plain objects and arrays have a form');
  }
  return objectText(value, depth, path);
}

/** Indexed, not `map`, which would skip the holes of a sparse array. */
function arrayText(items: readonly unknown[], depth: number, path: string): string {
  const texts: string[] = [];
  for (let i = 0; i < items.length; i += 1) {
    texts.push(textOf(items[i], depth, `${path}[${i}]`));
  }
  return `[${texts.join(',')}]`;
}

function objectText(value: Record<string, unknown>, depth: number, path: string): string {
  const texts: string[] = [];
  for (const key of Object.keys(value).sort()) {
    if (isForbiddenKey(key)) {
      throw refuse(path, `key ${JSON.stringify(key)} is forbidden`);
    }
    const inner = `${path}.${key}`;
    texts.push(`${stringText(key, inner)}:${textOf(value[key], depth, inner)}`);
  }
  return `{${texts.join(',')}}`;
}

function isPlain(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function refuse(path: string, reason: string): ConsiliumError {
  return new ConsiliumError('bad-encoding', `canonical JSON at ${path}: ${reason}`);
}
