/** The proof that the log of a bundle is the one of a checkpoint that somebody kept, grown and not rewritten, hash by hash. */
import { fromBase64, toHex } from '../encoding/index.js';
import { verifyConsistency, type Checkpoint, type ConsistencyClaim } from '../log/index.js';
import type { BundleLog } from '../protocol/index.js';
import { ConsiliumError } from '../vocabulary/index.js';
import type { BundleSource } from './bundle-source.js';
import { readCheckpoint, readLog, type ReadLog } from './read-log.js';
import { nodeStep, outcomeOf, type NodeStep, type Outcome } from './steps.js';
import type { PinnedKeys } from './verify-index.js';

/** A consistency proof, hashes in base64, as the coordinator gives it for any two sizes. */
export type GrowthProof = BundleLog['consistency'][number];

export interface ConsistencyStep extends NodeStep {
  /** Of which of the two trees the node is. */
  readonly tree: 'old' | 'new';
}

/** Hashes are 64 digits of hex. `holds` is true where the log only grew; otherwise two signatures of the log contradict each other, or a proof is missing. */
export type ConsistencySteps = Outcome & {
  readonly oldSize: number;
  readonly oldRoot: string;
  readonly newSize: number;
  readonly newRoot: string;
  readonly steps: readonly ConsistencyStep[];
};

/**
 * @param saved signed note
 * @param proofs beside those of the bundle, which has them between its own checkpoints only
 * @throws ConsiliumError 'bad-signature' or 'checkpoint-invalid' when the log did not sign the saved checkpoint, 'not-found' when
 * nothing here leads from one size to the other; as readLog
 */
export function proveConsistency(
  source: BundleSource,
  saved: string,
  { proofs = [], ...pinned }: PinnedKeys & { readonly proofs?: readonly GrowthProof[] } = {},
): ConsistencySteps {
  const read = readLog(source, pinned);
  const { index, last, logKey } = read;
  const before = readCheckpoint(saved, index.origin, logKey);
  const steps: ConsistencyStep[] = [];
  const between = {
    oldSize: before.size,
    oldRoot: toHex(before.root),
    newSize: last.size,
    newRoot: toHex(last.root),
    steps,
  };
  const claims = claimsBetween(read, before, proofs);
  const outcome = outcomeOf(() => {
    for (const claim of claims) {
      verifyConsistency(claim, (tree, step) => {
        steps.push({ tree, ...nodeStep(step) });
      });
    }
  });
  return { ...outcome, ...between };
}

/** One proof for the whole way where there is one, else those of the bundle, from checkpoint to checkpoint. */
function claimsBetween(
  { index, log, last, logKey }: ReadLog,
  before: Checkpoint,
  proofs: readonly GrowthProof[],
): ConsistencyClaim[] {
  if (before.size >= last.size) {
    return [claimOf(before, last, [])];
  }
  const whole = proofs.find((each) => each.oldSize === before.size && each.newSize === last.size);
  if (whole !== undefined) {
    return [claimOf(before, last, whole.proof)];
  }
  const checkpoints = log.checkpoints.map((note) => readCheckpoint(note, index.origin, logKey));
  const at = checkpoints.findIndex(({ size }) => size === before.size);
  if (at < 0) {
    throw new ConsiliumError(
      'not-found',
      `no proof leads from the saved checkpoint of size ${before.size} to that of size ${last.size}`,
    );
  }
  const way = checkpoints.slice(at);
  const grown = way.slice(1).map((next, i) => {
    const proof = log.consistency[at + i]?.proof ?? [];
    return claimOf(way[i] ?? before, next, proof);
  });
  return [claimOf(before, way[0] ?? before, []), ...grown];
}

function claimOf(
  before: Checkpoint,
  after: Checkpoint,
  proof: readonly string[],
): ConsistencyClaim {
  return {
    oldSize: before.size,
    oldRoot: before.root,
    newSize: after.size,
    newRoot: after.root,
    proof: proof.map(fromBase64),
  };
}
