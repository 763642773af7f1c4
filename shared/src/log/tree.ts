/**
 * The prover's side of the log: a tree over leaf hashes that keeps the hash of every full subtree, so that a root or a proof
 * for any earlier size costs a logarithm (RFC 6962 section 2.1). The checkers of proofs share nothing with it but the hashes.
 */
import { requireBytes } from '../encoding/index.js';
import { EMPTY_ROOT, HASH_BYTES, nodeHash } from './hashes.js';

export interface MerkleTree {
  /** How many leaves it has. */
  size(): number;
  append(leafHash: Uint8Array): void;
  /** The root at a size, now if not given. @throws RangeError when the tree was never of that size */
  root(size?: number): Uint8Array;
  /** The path of a leaf to the root at a size. @throws RangeError unless index < size <= the tree's size */
  inclusionProof(index: number, size: number): Uint8Array[];
  /** That the tree at newSize begins with the one at oldSize. @throws RangeError unless oldSize <= newSize <= the tree's size */
  consistencyProof(oldSize: number, newSize: number): Uint8Array[];
}

/** @param leafHashes in the order of the log */
export function createMerkleTree(leafHashes: Iterable<Uint8Array> = []): MerkleTree {
  /** levels[h][i] is the root of the full subtree over leaves [i * 2^h, (i + 1) * 2^h). */
  const levels: Uint8Array[][] = [];
  let leaves = 0;

  function size(): number {
    return leaves;
  }

  function append(leafHash: Uint8Array): void {
    requireBytes(leafHash, HASH_BYTES, 'leaf hash');
    leaves += 1;
    let hash = leafHash;
    for (let height = 0; ; height += 1) {
      const level = (levels[height] ??= []);
      level.push(hash);
      const left = level[level.length - 2];
      if (level.length % 2 === 1 || left === undefined) {
        return;
      }
      hash = nodeHash(left, hash);
    }
  }

  /** MTH(D[begin:end]); begin is a multiple of the largest power of two below the width, as in every subtree of the RFC. */
  function subtree(begin: number, end: number): Uint8Array {
    const width = end - begin;
    const height = Math.log2(width);
    const full = Number.isInteger(height) ? levels[height]?.[begin / width] : undefined;
    if (full !== undefined) {
      return full;
    }
    const split = begin + largestPowerBelow(width);
    return nodeHash(subtree(begin, split), subtree(split, end));
  }

  function root(at = leaves): Uint8Array {
    requireSize(at, leaves);
    return at === 0 ? EMPTY_ROOT : subtree(0, at);
  }

  /** PATH(index, D[begin:end]), from the leaf upwards. */
  function path(index: number, begin: number, end: number): Uint8Array[] {
    if (end - begin === 1) {
      return [];
    }
    const split = begin + largestPowerBelow(end - begin);
    return index < split
      ? [...path(index, begin, split), subtree(split, end)]
      : [...path(index, split, end), subtree(begin, split)];
  }

  function inclusionProof(index: number, at: number): Uint8Array[] {
    requireSize(at, leaves);
    if (!Number.isSafeInteger(index) || index < 0 || index >= at) {
      throw new RangeError(`index must be a whole number below ${at}, got ${index}`);
    }
    return path(index, 0, at);
  }

  /** SUBPROOF(oldSize, D[begin:end], known), where known says that the checker holds the root of D[begin:oldSize]. */
  function subproof(oldSize: number, begin: number, end: number, known: boolean): Uint8Array[] {
    if (oldSize === end) {
      return known ? [] : [subtree(begin, end)];
    }
    const split = begin + largestPowerBelow(end - begin);
    return oldSize <= split
      ? [...subproof(oldSize, begin, split, known), subtree(split, end)]
      : [...subproof(oldSize, split, end, false), subtree(begin, split)];
  }

  function consistencyProof(oldSize: number, newSize: number): Uint8Array[] {
    requireSize(newSize, leaves);
    requireSize(oldSize, newSize);
    return oldSize === 0 ? [] : subproof(oldSize, 0, newSize, true);
  }

  for (const hash of leafHashes) {
    append(hash);
  }
  return { size, append, root, inclusionProof, consistencyProof };
}

/** The root over some leaf hashes. */
export function rootOf(leafHashes: Iterable<Uint8Array>): Uint8Array {
  return createMerkleTree(leafHashes).root();
}

/** One inclusion proof; for many of one log, keep a tree. @throws RangeError unless index < size <= number of leaves */
export function inclusionProof(
  leafHashes: Iterable<Uint8Array>,
  index: number,
  size: number,
): Uint8Array[] {
  return createMerkleTree(leafHashes).inclusionProof(index, size);
}

/** One consistency proof; for many of one log, keep a tree. @throws RangeError unless oldSize <= newSize <= number of leaves */
export function consistencyProof(
  leafHashes: Iterable<Uint8Array>,
  oldSize: number,
  newSize: number,
): Uint8Array[] {
  return createMerkleTree(leafHashes).consistencyProof(oldSize, newSize);
}

/** k of RFC 6962: the largest power of two smaller than n, for n > 1. */
function largestPowerBelow(n: number): number {
  let power = 1;
  while (power * 2 < n) {
    power *= 2;
  }
  return power;
}

function requireSize(size: number, largest: number): void {
  if (!Number.isSafeInteger(size) || size < 0 || size > largest) {
    throw new RangeError(`a tree size must be a whole number up to ${largest}, got ${size}`);
  }
}
