/**
 * Checks that the log only grew (RFC 9162 section 2.1.4.2). Both roots may come from the same dishonest log: a failure is
 * evidence of a fork or a rewritten past, so the caller keeps what it checked.
 */
import { equalBytes } from '../encoding/index.js';
import { joinSibling, type HashStep } from './hash-step.js';
import { EMPTY_ROOT } from './hashes.js';
import { climb, siblingIsLeft, type Place } from './place.js';
import { proofInvalid, requireProofForm } from './proof-invalid.js';

export interface ConsistencyClaim {
  readonly oldSize: number;
  readonly oldRoot: Uint8Array;
  readonly newSize: number;
  readonly newRoot: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/** Of which of the two trees a node is. */
type Tree = 'old' | 'new';

type SeeHash = (tree: Tree, step: HashStep) => void;

/**
 * @param see is shown each hash, from the lowest upwards
 * @throws ConsiliumError 'proof-invalid' unless the tree of newRoot begins with the whole tree of oldRoot
 */
export function verifyConsistency(claim: ConsistencyClaim, see?: SeeHash): void {
  const { oldSize, oldRoot, newSize, newRoot, proof } = claim;
  const detail = { oldSize, newSize };
  requireOrder(oldSize, newSize);
  requireProofForm(proof, [oldRoot, newRoot], detail);
  const roots = rootsFrom(claim, see);
  if (roots === undefined) {
    throw proofInvalid('it has the wrong number of hashes', detail);
  }
  if (!equalBytes(roots.old, oldRoot) || !equalBytes(roots.new, newRoot)) {
    throw proofInvalid('the new tree does not begin with the old one', detail);
  }
}

interface Roots {
  readonly old: Uint8Array;
  readonly new: Uint8Array;
}

/** What both roots must be by the proof; undefined when it is too short or too long. */
function rootsFrom(claim: ConsistencyClaim, see?: SeeHash): Roots | undefined {
  const { oldSize, oldRoot, newSize, newRoot, proof } = claim;
  if (oldSize === newSize) {
    return proof.length === 0 ? { old: newRoot, new: oldRoot } : undefined;
  }
  if (oldSize === 0) {
    return proof.length === 0 ? { old: EMPTY_ROOT, new: newRoot } : undefined;
  }
  return climbToRoots(claim, see);
}

/** The climb for 0 < oldSize < newSize. */
function climbToRoots(
  { oldSize, oldRoot, newSize, proof }: ConsistencyClaim,
  see?: SeeHash,
): Roots | undefined {
  // The root of a full tree is a node of the new one, so the prover leaves it out.
  const [seed, ...hashes] = isPowerOfTwo(oldSize) ? [oldRoot, ...proof] : proof;
  if (seed === undefined) {
    return undefined;
  }
  let place = lowestFullSubtree(oldSize, newSize);
  let before = seed;
  let after = seed;
  for (const hash of hashes) {
    if (place.last === 0) {
      return undefined;
    }
    const given = siblingIsLeft(place) ? 'left' : 'right';
    if (given === 'left') {
      before = joinSibling(before, hash, given, (step) => see?.('old', step));
    }
    after = joinSibling(after, hash, given, (step) => see?.('new', step));
    place = climb(place);
  }
  return place.last === 0 ? { old: before, new: after } : undefined;
}

/** The largest full subtree at the right end of the old tree, whose root the proof begins with. */
function lowestFullSubtree(oldSize: number, newSize: number): Place {
  let node = oldSize - 1;
  let last = newSize - 1;
  while (node % 2 === 1) {
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return { node, last };
}

function requireOrder(oldSize: number, newSize: number): void {
  const detail = { oldSize, newSize };
  if (!Number.isSafeInteger(oldSize) || !Number.isSafeInteger(newSize) || oldSize < 0) {
    throw proofInvalid('a tree size is no whole number', detail);
  }
  if (oldSize > newSize) {
    throw proofInvalid('the log became shorter', detail);
  }
}

function isPowerOfTwo(n: number): boolean {
  return 2 ** Math.round(Math.log2(n)) === n;
}
