/** One round of a bundle again: its ring sum from the masked updates, its adapter from sum and weights, to the bit. */
import type { AttemptId, ContentHash } from '../vocabulary/index.js';
import type { CheckResult } from './findings.js';

export interface RecomputedRound {
  readonly roundNo: number;
  readonly attemptId: AttemptId;
  /** Whether both came out as the log names them; of a plain study the sum cannot be computed again, so the adapter alone counts. */
  readonly holds: boolean;
  readonly sumRecomputed: boolean;
  /** As the log has them. */
  readonly ringSumHash: ContentHash;
  readonly adapterCheckpointHash: ContentHash;
  /** The checks `sums` and `adapters`, of this round alone, with their failures. */
  readonly checks: readonly CheckResult[];
}
