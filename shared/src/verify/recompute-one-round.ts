/** One round of a bundle again: its ring sum from the masked updates, its adapter from sum and weights, to the bit. */
import { ConsiliumError, type AttemptId, type ContentHash } from '../vocabulary/index.js';
import type { BundleSource } from './bundle-source.js';
import type { CheckResult } from './check-result.js';
import { createFindings } from './findings.js';
import { gatherEvidence } from './gather-evidence.js';
import { committedAttempts } from './history.js';
import { recomputeAdapters } from './recompute-round.js';
import { recomputeSums } from './recompute-sums.js';
import type { Observer } from './steps.js';
import { verifyIndex, type PinnedKeys } from './verify-index.js';

export interface RecomputedRound {
  readonly roundNo: number;
  readonly attemptId: AttemptId;
  /** Whether sum and adapter came out as the log names them; of a plain study, whose sum nobody can compute again, the adapter. */
  readonly holds: boolean;
  readonly sumRecomputed: boolean;
  /** As the log has them. */
  readonly ringSumHash: ContentHash;
  readonly adapterCheckpointHash: ContentHash;
  /** `sums` and `adapters`, of this round alone, with their failures. */
  readonly checks: readonly CheckResult[];
}

/**
 * The round alone, from the adapter checkpoint before it as the log names it. What the log says is not verified again:
 * `verifyBundle` does that.
 * @throws ConsiliumError 'bundle-invalid' when index, log or study protocol cannot be read, 'not-found' when the log has no result
 * of the round
 */
export function recomputeRound(
  source: BundleSource,
  roundNo: number,
  pinned: PinnedKeys = {},
  observer?: Observer,
): RecomputedRound {
  const findings = createFindings(observer);
  const read = findings.run('index', (check) => verifyIndex(check, source, pinned));
  const gathered = read && gatherEvidence(findings, source, read, pinned);
  const protocol = gathered?.evidence.documents.studyProtocol?.body;
  if (gathered === undefined || protocol === undefined) {
    const missing = 'its index, log or study protocol cannot be read: verify it as a whole';
    throw new ConsiliumError('bundle-invalid', `bundle: ${missing}`);
  }
  const { evidence } = gathered;
  const attempt = committedAttempts(evidence.history).find(
    ({ result }) => result.leaf.roundNo === roundNo,
  );
  if (attempt === undefined) {
    throw new ConsiliumError(
      'not-found',
      `the log of the bundle has no result of round ${roundNo}`,
    );
  }
  const sumRecomputed = findings.run('sums', (check) =>
    recomputeSums(check, evidence, protocol, roundNo),
  );
  findings.run('adapters', (check) => {
    recomputeAdapters(check, evidence, protocol, roundNo);
  });
  const checks = findings.results().filter(({ name }) => name === 'sums' || name === 'adapters');
  const { ringSumHash, adapterCheckpointHash } = attempt.result.leaf;
  const holds = checks.every(({ ok }) => ok);
  const { attemptId } = attempt;
  return { roundNo, attemptId, holds, sumRecomputed, ringSumHash, adapterCheckpointHash, checks };
}
