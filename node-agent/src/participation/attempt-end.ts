/**
 * How an attempt ends for a site: with a result that it recomputes itself, or without one. Neither is believed on the
 * coordinator's word: both are leaves of the log. docs/protocol/v1.md section 4, steps 5 and 6.
 */
import type { RingSums } from '@consilium/shared/aggregation';
import type { RoundRecord } from '@consilium/shared/protocol';
import { ConsiliumError, type AttemptId } from '@consilium/shared/vocabulary';
import { requireAcceptableRecord } from './acceptance.js';
import type { AttemptState, Move } from './agent-state.js';
import { checkManifest, checkPeers, readIdentityKeys } from './attempt-checks.js';
import { judgedCheckpoint } from './candidate-vote.js';
import { wasNamed } from './logged-survivors.js';
import { keepAborted, keepSummed } from './receipts.js';
import { isTooLong, readMean, recompute } from './round-result.js';
import { attemptState, studyState, type StudyContext } from './site-context.js';
import { requireAccepted } from './vote-acceptance.js';

/** Waits for the end and verifies it. @throws ConsiliumError 'proof-invalid', 'log-inconsistent', 'log-rollback'; the signal's reason */
export async function awaitEnd(
  study: StudyContext,
  attemptId: AttemptId,
  signal: AbortSignal,
): Promise<Move> {
  const ended = await study.journal.until(() => {
    const attempt = attemptState(study, attemptId);
    return attempt.result === undefined && attempt.aborted === undefined ? undefined : attempt;
  }, signal);
  return ended.result === undefined
    ? verifyAbort(study, ended, signal)
    : verifyResult(study, ended, ended.result, signal);
}

async function verifyAbort(
  study: StudyContext,
  attempt: AttemptState,
  signal: AbortSignal,
): Promise<Move> {
  const { attemptId, aborted } = attempt;
  const { reason, leafIndex } = aborted ?? { reason: '', leafIndex: -1 };
  const leaf = await study.logTrust.requireLeaf('round.aborted', leafIndex, signal);
  if (leaf.attemptId !== attemptId || leaf.studyId !== study.studyId) {
    throw new ConsiliumError('proof-invalid', 'the log says that another attempt was aborted');
  }
  await keepAborted(study, attempt, { reason, leafIndex });
  const isNamed = await wasNamed(study, attempt, leafIndex, signal);
  return { kind: 'attempt-aborted', reason, ...(isNamed ? { isNamed } : {}) };
}

/** What an attempt was declined for may be its manifest or its adverts: then its result is worth nothing either. */
async function requireSoundDocuments(
  study: StudyContext,
  attempt: AttemptState,
  signal: AbortSignal,
): Promise<void> {
  if (attempt.advert === undefined) {
    await checkManifest(study, attempt, signal);
  } else if (attempt.header === undefined && attempt.peers !== undefined) {
    await checkPeers(study, attempt, signal);
  }
}

/**
 * Recomputes the adapter checkpoint from the ring sum, to the bit, and keeps it for the next round. What this site recomputed to
 * vote on it is taken from there.
 */
async function verifyResult(
  study: StudyContext,
  attempt: AttemptState,
  { record, leafIndex }: NonNullable<AttemptState['result']>,
  signal: AbortSignal,
): Promise<Move> {
  const { checkpoints, siteId, logTrust } = study;
  const judged = await judgedCheckpoint(study, attempt, record);
  const source = judged ?? readMean(study, attempt, record, signal);
  if (source instanceof Promise) {
    source.catch(() => undefined); // Awaited below, unless the log or the record is refused first.
  }
  const leaf = await logTrust.requireLeaf('round.result', leafIndex, signal);
  const { adapter } = studyState(study, study.studyId);
  requireAcceptableRecord({ attempt, record, leaf, siteId, adapter });
  await requireSoundDocuments(study, attempt, signal);
  await requireVotes(study, attempt, record, signal);
  if (source instanceof Uint8Array) {
    await checkpoints.saveBytes(record.roundNo, source);
  } else {
    const mean = await source;
    requireNorm(study, mean);
    const next = await recompute(study, record, mean, signal);
    await checkpoints.save(record.roundNo, next, record.adapterCheckpointHash);
  }
  await keepSummed(study, attempt, { record, leafIndex });
  return { kind: 'result-verified', adapterCheckpointHash: record.adapterCheckpointHash };
}

async function requireVotes(
  study: StudyContext,
  attempt: AttemptState,
  record: RoundRecord,
  signal: AbortSignal,
): Promise<void> {
  if (study.protocol.acceptance !== undefined) {
    const keys = await readIdentityKeys(study, attempt.manifest.body, signal);
    requireAccepted({ attempt, record, keys });
  }
}

function requireNorm(study: StudyContext, mean: RingSums): void {
  if (isTooLong(study, mean)) {
    throw new ConsiliumError('proof-invalid', 'the mean delta is longer than the study allows');
  }
}
