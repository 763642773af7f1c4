export { formatCheckpoint, parseCheckpoint, type Checkpoint } from './checkpoint.js';
export {
  appendToFrontier,
  decodeFrontier,
  emptyFrontier,
  encodeFrontier,
  frontierRoot,
  type Frontier,
} from './frontier.js';
export type { HashStep } from './hash-step.js';
export { EMPTY_ROOT, leafHash, nodeHash } from './hashes.js';
export { noteKeyId, signNote, verifyNote, type NoteKey } from './signed-note.js';
export {
  consistencyProof,
  createMerkleTree,
  inclusionProof,
  rootOf,
  type MerkleTree,
} from './tree.js';
export { verifyConsistency, type ConsistencyClaim } from './verify-consistency.js';
export { verifyInclusion, type InclusionClaim } from './verify-inclusion.js';
