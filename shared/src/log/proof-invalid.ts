/** The one error of the proof checkers, and the check that comes before any hashing. */
import { ConsiliumError, LIMITS } from '../vocabulary/index.js';
import { HASH_BYTES } from './hashes.js';

/** @param detail the claim's numbers, as evidence beside the message */
export function proofInvalid(
  fault: string,
  detail: Readonly<Record<string, number>>,
): ConsiliumError {
  return new ConsiliumError('proof-invalid', `proof: ${fault}`, { detail });
}

/** @throws ConsiliumError 'proof-invalid' unless the proof is short and every hash has 32 bytes */
export function requireProofForm(
  proof: readonly Uint8Array[],
  roots: readonly Uint8Array[],
  detail: Readonly<Record<string, number>>,
): void {
  if (proof.length > LIMITS.proofHashes) {
    throw proofInvalid(`more than ${LIMITS.proofHashes} hashes`, detail);
  }
  if (![...proof, ...roots].every((hash) => hash.length === HASH_BYTES)) {
    throw proofInvalid(`a hash does not have ${HASH_BYTES} bytes`, detail);
  }
}
