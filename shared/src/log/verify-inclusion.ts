/** Checks that a leaf is in the log (RFC 9162 section 2.1.3.2). All but the root, which a signature vouches for, may be forged. */
import { equalBytes } from '../encoding/index.js';
import { joinSibling, type HashStep } from './hash-step.js';
import { leafHash } from './hashes.js';
import { climb, siblingIsLeft, type Place } from './place.js';
import { proofInvalid, requireProofForm } from './proof-invalid.js';

export interface InclusionClaim {
  /** The leaf's bytes, not their hash: hashed here, no node of the tree can be offered as a leaf. */
  readonly leaf: Uint8Array;
  readonly index: number;
  /** The size of the tree that `root` is of. */
  readonly size: number;
  readonly proof: readonly Uint8Array[];
  readonly root: Uint8Array;
}

/**
 * @param see is shown each hash, from the leaf upwards
 * @throws ConsiliumError 'proof-invalid' unless the proof leads from the leaf at the index to the root
 */
export function verifyInclusion(
  { leaf, index, size, proof, root }: InclusionClaim,
  see?: (step: HashStep) => void,
): void {
  const detail = { index, size };
  if (!Number.isSafeInteger(size) || !Number.isSafeInteger(index) || index < 0 || index >= size) {
    throw proofInvalid('the index does not lie in the tree', detail);
  }
  requireProofForm(proof, [root], detail);
  let place: Place = { node: index, last: size - 1 };
  let hash = leafHash(leaf);
  for (const sibling of proof) {
    if (place.last === 0) {
      throw proofInvalid('it goes on above the root', detail);
    }
    hash = joinSibling(hash, sibling, siblingIsLeft(place) ? 'left' : 'right', see);
    place = climb(place);
  }
  if (place.last !== 0 || !equalBytes(hash, root)) {
    throw proofInvalid('it does not lead from the leaf to the root', detail);
  }
}
