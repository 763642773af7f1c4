/** Proofs of every leaf and every pair of sizes up to 130, and of none that was altered. */
import { isConsiliumError } from '../vocabulary/index.js';
import { refusal } from '../vocabulary/testing/refusal.js';
import {
  consistencyProof,
  createMerkleTree,
  EMPTY_ROOT,
  inclusionProof,
  leafHash,
  nodeHash,
  verifyConsistency,
  verifyInclusion,
  type ConsistencyClaim,
  type InclusionClaim,
} from './index.js';

const LARGEST = 130;
const HASH_BITS = 256;

const leaves = Array.from({ length: LARGEST }, (_, i) => Uint8Array.of(0xa0, i));
const tree = createMerkleTree(leaves.map(leafHash));

const invalid = refusal('proof-invalid');

function inclusionClaim(index: number, size: number): InclusionClaim {
  const leaf = leaves[index] ?? new Uint8Array();
  return { leaf, index, size, proof: tree.inclusionProof(index, size), root: tree.root(size) };
}

function consistencyClaim(oldSize: number, newSize: number): ConsistencyClaim {
  const proof = tree.consistencyProof(oldSize, newSize);
  return { oldSize, oldRoot: tree.root(oldSize), newSize, newRoot: tree.root(newSize), proof };
}

function flipped(hash: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(hash);
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}

/** One bit of a hash flipped, two neighbours swapped, a hash left out or doubled: all at one place of the proof. */
function alterationsAt(proof: readonly Uint8Array[], place: number, bit: number): Uint8Array[][] {
  const before = proof.slice(0, place);
  const [hash, next, ...others] = proof.slice(place);
  if (hash === undefined) {
    return [];
  }
  const after = next === undefined ? [] : [next, ...others];
  return [
    [...before, flipped(hash, bit % HASH_BITS), ...after],
    [...before, ...after],
    [...before, hash, hash, ...after],
    ...(next === undefined ? [] : [[...before, next, hash, ...others]]),
  ];
}

/** At every place in trees up to 24 leaves; above, at one place that moves on from proof to proof, as the flipped bit does. */
function alterations(proof: readonly Uint8Array[], size: number, turn: number): Uint8Array[][] {
  return size <= 24
    ? proof.flatMap((_, place) => alterationsAt(proof, place, turn + 37 * place))
    : alterationsAt(proof, turn % Math.max(proof.length, 1), turn);
}

/** Whether a claim is believed; any refusal must be of the one code. */
function isBelieved(verify: () => void): boolean {
  try {
    verify();
    return true;
  } catch (error) {
    if (isConsiliumError(error, 'proof-invalid')) {
      return false;
    }
    throw error;
  }
}

const believesInclusion = (claim: InclusionClaim) => isBelieved(() => verifyInclusion(claim));
const believesConsistency = (claim: ConsistencyClaim) => isBelieved(() => verifyConsistency(claim));

const everyLeaf = sizes().flatMap((size) =>
  Array.from({ length: size }, (_, index) => inclusionClaim(index, size)),
);
const everyPair = sizes().flatMap((size) =>
  Array.from({ length: size + 1 }, (_, oldSize) => consistencyClaim(oldSize, size)),
);

function sizes(): number[] {
  return Array.from({ length: LARGEST }, (_, i) => i + 1);
}

describe('an inclusion proof (RFC 9162 section 2.1.3)', () => {
  it('holds for every leaf of every tree up to 130 leaves', () => {
    expect(everyLeaf.filter((claim) => !believesInclusion(claim))).toEqual([]);
  });

  it('fails when a hash is altered, moved, left out or doubled', () => {
    const altered = everyLeaf.flatMap((claim, i) =>
      alterations(claim.proof, claim.size, i).map((proof) => ({ ...claim, proof })),
    );
    expect(altered.length).toBeGreaterThan(30_000);
    expect(altered.filter(believesInclusion)).toEqual([]);
  });

  it('fails for every other index', () => {
    const moved = everyLeaf.flatMap((claim) =>
      [claim.index - 1, claim.index + 1]
        .filter((index) => index !== claim.index)
        .map((index) => ({ ...claim, index })),
    );
    expect(moved.filter(believesInclusion)).toEqual([]);
    const small = everyLeaf.filter(({ size }) => size <= 40);
    const anywhere = small.flatMap((claim) =>
      Array.from({ length: claim.size }, (_, index) => ({ ...claim, index })).filter(
        ({ index }) => index !== claim.index,
      ),
    );
    expect(anywhere.filter(believesInclusion)).toEqual([]);
  });

  it('fails when any single bit of any hash, of the root or of the leaf is flipped', () => {
    const claim = inclusionClaim(5, 13);
    for (let bit = 0; bit < HASH_BITS; bit += 1) {
      const proofs = claim.proof.map((hash, i) => claim.proof.with(i, flipped(hash, bit)));
      const claims: InclusionClaim[] = proofs.map((proof) => ({ ...claim, proof }));
      claims.push({ ...claim, root: flipped(claim.root, bit) });
      claims.push({ ...claim, leaf: flipped(claim.leaf, bit % 16) });
      expect(claims.filter(believesInclusion)).toEqual([]);
    }
  });

  it('fails for a node offered as a leaf', () => {
    const [first, second] = leaves.map(leafHash);
    const leaf = new Uint8Array([...(first ?? []), ...(second ?? [])]);
    const proof = tree.inclusionProof(0, 4).slice(1);
    expect(() => verifyInclusion({ leaf, index: 0, size: 2, proof, root: tree.root(4) })).toThrow(
      invalid,
    );
  });

  it('counts beyond 32 bits', () => {
    const [leaf, left] = [Uint8Array.of(7), leafHash(Uint8Array.of(8))];
    const claim = { leaf, proof: [left], root: nodeHash(left, leafHash(leaf)) };
    expect(believesInclusion({ ...claim, index: 2 ** 40, size: 2 ** 40 + 1 })).toBe(true);
    expect(believesInclusion({ ...claim, index: 2 ** 40 - 1, size: 2 ** 40 + 1 })).toBe(false);
  });

  it.each([
    ['an index beyond the tree', { index: 7 }],
    ['a negative index', { index: -1 }],
    ['an index between two', { index: 0.5 }],
    ['an empty tree', { index: 0, size: 0 }],
    ['a size that is no whole number', { size: Number.NaN }],
    ['a size beyond 2^53', { size: 2 ** 53 }],
    ['a short hash', { proof: [new Uint8Array(31)] }],
    ['a short root', { root: new Uint8Array(31) }],
    ['a proof longer than any tree needs', { proof: new Array<Uint8Array>(127).fill(EMPTY_ROOT) }],
  ])('is refused with %s', (_, change) => {
    expect(() => verifyInclusion({ ...inclusionClaim(3, 7), ...change })).toThrow(invalid);
  });

  it('is the same from a list of hashes as from a kept tree', () => {
    expect(inclusionProof(leaves.map(leafHash), 41, 99)).toEqual(tree.inclusionProof(41, 99));
  });
});

describe('a consistency proof (RFC 9162 section 2.1.4)', () => {
  it('holds for every two sizes up to 130 leaves', () => {
    expect(everyPair.filter((claim) => !believesConsistency(claim))).toEqual([]);
    expect(believesConsistency(consistencyClaim(0, 0))).toBe(true);
  });

  it('fails when a hash is altered, moved, left out or doubled', () => {
    const altered = everyPair.flatMap((claim, i) =>
      alterations(claim.proof, claim.newSize, i).map((proof) => ({ ...claim, proof })),
    );
    expect(altered.length).toBeGreaterThan(30_000);
    expect(altered.filter(believesConsistency)).toEqual([]);
  });

  it('fails for the root of another size on either side, also when both change places', () => {
    const swapped = everyPair
      .filter(({ oldSize, newSize }) => 0 < oldSize && oldSize < newSize)
      .flatMap((claim) => [
        { ...claim, oldRoot: tree.root(claim.oldSize + 1) },
        { ...claim, newRoot: tree.root(claim.newSize - 1) },
        { ...claim, oldRoot: claim.newRoot, newRoot: claim.oldRoot },
      ]);
    expect(swapped.filter(believesConsistency)).toEqual([]);
  });

  it('fails when any single bit of any hash or of a root is flipped', () => {
    const claim = consistencyClaim(6, 13);
    for (let bit = 0; bit < HASH_BITS; bit += 1) {
      const claims: ConsistencyClaim[] = claim.proof.map((hash, i) => ({
        ...claim,
        proof: claim.proof.with(i, flipped(hash, bit)),
      }));
      claims.push({ ...claim, oldRoot: flipped(claim.oldRoot, bit) });
      claims.push({ ...claim, newRoot: flipped(claim.newRoot, bit) });
      expect(claims.filter(believesConsistency)).toEqual([]);
    }
  });

  it('fails for a log that rewrote one leaf of its past', () => {
    const rewritten = leaves.map((leaf, i) => leafHash(i === 3 ? Uint8Array.of(1) : leaf));
    const fork = createMerkleTree(rewritten);
    for (let oldSize = 4; oldSize < LARGEST; oldSize += 1) {
      const claim = {
        oldSize,
        oldRoot: tree.root(oldSize),
        newSize: LARGEST,
        newRoot: fork.root(LARGEST),
        proof: fork.consistencyProof(oldSize, LARGEST),
      };
      expect(believesConsistency(claim)).toBe(false);
    }
  });

  it('counts beyond 32 bits', () => {
    const [left, right] = [leafHash(Uint8Array.of(8)), leafHash(Uint8Array.of(7))];
    const claim = { oldRoot: left, newRoot: nodeHash(left, right), proof: [right] };
    const sizes = { oldSize: 2 ** 40, newSize: 2 ** 40 + 1 };
    expect(believesConsistency({ ...claim, ...sizes })).toBe(true);
    expect(believesConsistency({ ...claim, oldSize: 2 ** 40 - 1, newSize: 2 ** 40 })).toBe(false);
  });

  it.each([
    ['a log that became shorter', { oldSize: 8 }],
    ['a negative size', { oldSize: -1 }],
    ['an old size that is no whole number', { oldSize: 2.5 }],
    ['a new size that is no whole number', { newSize: Number.NaN }],
    ['no hash at all', { proof: [] }],
    ['a short hash', { proof: [new Uint8Array(31)] }],
    ['a short old root', { oldRoot: new Uint8Array(31) }],
    ['a short new root', { newRoot: new Uint8Array(31) }],
    ['a proof longer than any tree needs', { proof: new Array<Uint8Array>(127).fill(EMPTY_ROOT) }],
    ['a proof from nothing', { oldSize: 0, oldRoot: EMPTY_ROOT }],
    ['another root than that of the empty tree', { oldSize: 0, proof: [] }],
    ['two roots of one size', { oldSize: 7, proof: [] }],
    ['a proof between equal sizes', { oldSize: 7, oldRoot: tree.root(7) }],
  ])('is refused with %s', (_, change) => {
    expect(() => verifyConsistency({ ...consistencyClaim(3, 7), ...change })).toThrow(invalid);
  });

  it('is the same from a list of hashes as from a kept tree', () => {
    expect(consistencyProof(leaves.map(leafHash), 41, 99)).toEqual(tree.consistencyProof(41, 99));
  });
});
