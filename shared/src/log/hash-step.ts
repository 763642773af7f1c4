/** One hash on the way up a proof, for whoever wants to see it and not only the answer. */
import { nodeHash } from './hashes.js';

export interface HashStep {
  readonly left: Uint8Array;
  readonly right: Uint8Array;
  readonly result: Uint8Array;
  /** Which of the two the proof gave; the other one was computed before. */
  readonly given: 'left' | 'right';
}

/** @returns the hash of the node above `hash` and the proof's `sibling` */
export function joinSibling(
  hash: Uint8Array,
  sibling: Uint8Array,
  given: 'left' | 'right',
  see?: (step: HashStep) => void,
): Uint8Array {
  const [left, right] = given === 'left' ? [sibling, hash] : [hash, sibling];
  const result = nodeHash(left, right);
  see?.({ left, right, result, given });
  return result;
}
