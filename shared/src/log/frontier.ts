/**
 * The frontier of a growing tree: the roots of its full subtrees from left to right, which is all that is needed to append and
 * to know the root. The coordinator keeps it in one database row instead of every hash.
 */
import { fromBase64, requireBytes, toBase64, type Json } from '../encoding/index.js';
import { ConsiliumError } from '../vocabulary/index.js';
import { EMPTY_ROOT, HASH_BYTES, nodeHash } from './hashes.js';

export interface Frontier {
  /** How many leaves the tree has. */
  readonly size: number;
  /** One hash for each binary one of `size`, the largest subtree first. */
  readonly hashes: readonly Uint8Array[];
}

/** The frontier of the tree without leaves. */
export function emptyFrontier(): Frontier {
  return { size: 0, hashes: [] };
}

/** The frontier with one more leaf; the given one stays as it was. */
export function appendToFrontier({ size, hashes }: Frontier, leafHash: Uint8Array): Frontier {
  requireBytes(leafHash, HASH_BYTES, 'leaf hash');
  const kept = [...hashes];
  let hash = leafHash;
  for (let rest = size; rest % 2 === 1; rest = Math.floor(rest / 2)) {
    const left = kept.pop();
    if (left === undefined) {
      throw new RangeError(`a frontier of ${size} leaves has more than ${hashes.length} hashes`);
    }
    hash = nodeHash(left, hash);
  }
  return { size: size + 1, hashes: [...kept, hash] };
}

/** The root of the tree. */
export function frontierRoot({ hashes }: Frontier): Uint8Array {
  return hashes.length === 0
    ? EMPTY_ROOT
    : hashes.reduceRight((right, left) => nodeHash(left, right));
}

/** A form to store: `{ size, hashes: [base64, ...] }`. */
export function encodeFrontier({ size, hashes }: Frontier): Json {
  return { size, hashes: hashes.map(toBase64) };
}

/** Reads the stored form. @throws ConsiliumError 'bad-encoding' unless it has as many hashes as its size asks for */
export function decodeFrontier(value: unknown): Frontier {
  const { size, hashes } = isRecord(value) ? value : {};
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
    throw new ConsiliumError('bad-encoding', 'frontier: size must be a whole number');
  }
  if (!Array.isArray(hashes) || hashes.length !== onesOf(size)) {
    throw new ConsiliumError('bad-encoding', `frontier: size ${size} needs ${onesOf(size)} hashes`);
  }
  return { size, hashes: hashes.map(decodeHash) };
}

function decodeHash(text: unknown): Uint8Array {
  const bytes = typeof text === 'string' ? fromBase64(text) : text;
  return requireBytes(bytes, HASH_BYTES, 'frontier hash');
}

function onesOf(n: number): number {
  return n.toString(2).replaceAll('0', '').length;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
