/**
 * How an attempt ends for a site: with a result that it recomputes itself, or without one. Neither is believed on the
 * coordinator's word: both are leaves of the log. docs/protocol/v1.md section 4, steps 5 and 6.
 */
import { applyUpdate } from '@consilium/shared/aggregation';
import { metricWordCount } from '@consilium/shared/secagg';
import { decodeVector, schemaSize } from '@consilium/shared/tensors';
import { ConsiliumError, type AttemptId } from '@consilium/shared/vocabulary';
import { readBlob } from '../transport/blob-reader.js';
import { requireAcceptableResult } from './acceptance.js';
import type { AttemptState, Move } from './agent-state.js';
import { checkManifest, checkPeers } from './attempt-checks.js';
import { wasNamed } from './logged-survivors.js';
import { keepAborted, keepSummed } from './receipts.js';
import { attemptState, studyState, type StudyContext } from './site-context.js';

const BYTES_PER_PARAMETER = 4;

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

/** A secure sum holds the figures of its sites behind the parameters. */
function metricWordsOf({ protocol }: StudyContext, { manifest }: AttemptState): number {
  return manifest.body.aggregation.kind === 'plain'
    ? 0
    : metricWordCount(protocol.task.classes.length);
}

/** Recomputes the adapter checkpoint from the ring sum, to the bit, and keeps it for the next round. */
async function verifyResult(
  study: StudyContext,
  attempt: AttemptState,
  { record, leafIndex }: NonNullable<AttemptState['result']>,
  signal: AbortSignal,
): Promise<Move> {
  const { schema, checkpoints, siteId, link, logTrust } = study;
  const parameters = schemaSize(schema);
  const words = parameters + metricWordsOf(study, attempt);
  // By hash: whatever comes is the ring sum of the record or refused, and is used only if the log holds the record.
  const fetched = readBlob(link, {
    hash: record.ringSumHash,
    maxBytes: words * BYTES_PER_PARAMETER,
    signal,
  });
  fetched.catch(() => undefined); // Awaited below, unless the log or the record is refused first.
  const leaf = await logTrust.requireLeaf('round.result', leafIndex, signal);
  const { adapter } = studyState(study, study.studyId);
  requireAcceptableResult({ attempt, record, leaf, siteId, adapter });
  await requireSoundDocuments(study, attempt, signal);
  const ringSum = await fetched;
  const previous = await checkpoints.read(
    record.roundNo - 1,
    record.previousAdapterCheckpointHash,
    signal,
  );
  const next = applyUpdate({
    previous,
    ringSum: decodeVector(ringSum, words).subarray(0, parameters),
    schema,
    weightTotal: record.weightTotal,
    weightSurvivors: record.weightSurvivors,
    sites: record.advertised,
  });
  await checkpoints.save(record.roundNo, next, record.adapterCheckpointHash);
  await keepSummed(study, attempt, { record, leafIndex });
  return { kind: 'result-verified', adapterCheckpointHash: record.adapterCheckpointHash };
}
