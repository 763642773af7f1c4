/**
 * A site's judgement of what a round would come to: recomputed like a result, held against the bound on its norm, measured on the
 * site's validation split beside the adapter in force. One bit and a word leave, no figure. docs/protocol/v1.md section 4.2.
 */
import { contentHash, contentHashOf, signBody } from '@consilium/shared/crypto';
import { isWorse, type Metrics, type RoundRecord, type Vote } from '@consilium/shared/protocol';
import { ConsiliumError, isConsiliumError } from '@consilium/shared/vocabulary';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode, writeDurably } from '../config/durable-file.js';
import { isLargeEnough } from '../policy/shared-figures.js';
import { errorFields } from '../telemetry/logger.js';
import { requireAcceptableRecord } from './acceptance.js';
import { encodeCheckpoint } from './adapter-checkpoints.js';
import type { AttemptState, Move } from './agent-state.js';
import { attemptFields } from './attempt-documents.js';
import { contradictsTheLog } from './faults.js';
import { isTooLong, readMean, recompute } from './round-result.js';
import { required, studyState, type StudyContext } from './site-context.js';

type Judgement =
  | Pick<Extract<Vote, { verdict: 'accept' }>, 'verdict' | 'code'>
  | Pick<Extract<Vote, { verdict: 'refuse' }>, 'verdict' | 'code'>;

const NOT_MEASURED: Judgement = { verdict: 'accept', code: 'not-measured' };

/**
 * Judges the candidate and signs the vote.
 * @throws ConsiliumError 'log-inconsistent', 'log-rollback'; the signal's reason
 */
export async function castVote(
  study: StudyContext,
  attempt: AttemptState,
  signal: AbortSignal,
): Promise<Extract<Move, { kind: 'vote-journaled' }>> {
  const { record } = required(attempt.candidate, 'candidate');
  const judgement = await judgeOrRefuse(study, attempt, signal);
  const body: Vote = {
    ...attemptFields(study, attempt),
    recordHash: contentHashOf(record),
    ...judgement,
  };
  return { kind: 'vote-journaled', vote: signBody('vote', body, study.identity) };
}

/** The candidate that this site accepted or refused by its figures, as bytes, if this is the record that it voted on. */
export async function judgedCheckpoint(
  study: StudyContext,
  { attemptId, vote }: AttemptState,
  record: RoundRecord,
): Promise<Uint8Array | undefined> {
  if (vote === undefined || vote.body.recordHash !== contentHashOf(record)) {
    return undefined;
  }
  try {
    const bytes = await readFile(candidateFile(study, attemptId));
    return contentHash(bytes) === record.adapterCheckpointHash ? bytes : undefined;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

/** What cannot be judged is not accepted. */
async function judgeOrRefuse(
  study: StudyContext,
  attempt: AttemptState,
  signal: AbortSignal,
): Promise<Judgement> {
  try {
    return await judge(study, attempt, signal);
  } catch (error) {
    const isOfCandidate = isConsiliumError(error) || error instanceof RangeError;
    if (signal.aborted || !isOfCandidate || contradictsTheLog(error)) {
      throw error;
    }
    const { attemptId } = attempt;
    study.logger.warn({ attempt: attemptId, ...errorFields(error) }, 'the candidate is refused');
    return { verdict: 'refuse', code: 'failed' };
  }
}

async function judge(
  study: StudyContext,
  attempt: AttemptState,
  signal: AbortSignal,
): Promise<Judgement> {
  const { siteId, schema } = study;
  const { record, leafIndex } = required(attempt.candidate, 'candidate');
  await rm(candidateFile(study, attempt.attemptId), { force: true });
  const reading = readMean(study, attempt, record, signal);
  reading.catch(() => undefined); // Awaited below, unless the record is refused first.
  const leaf = await study.logTrust.requireLeaf('round.candidate', leafIndex, signal);
  const { adapter } = studyState(study, study.studyId);
  requireAcceptableRecord({ attempt, record, leaf, siteId, adapter });
  const mean = await reading;
  if (isTooLong(study, mean)) {
    return { verdict: 'refuse', code: 'norm' };
  }
  const candidate = await recompute(study, record, mean, signal);
  const { bytes, hash } = encodeCheckpoint(schema, candidate);
  if (hash !== record.adapterCheckpointHash) {
    throw new ConsiliumError(
      'proof-invalid',
      `the ring sum gives the adapter checkpoint ${hash}, the candidate says ${record.adapterCheckpointHash}`,
    );
  }
  await writeDurably(candidateFile(study, attempt.attemptId), bytes);
  return judgeByFigures(study, attempt, signal);
}

async function judgeByFigures(
  study: StudyContext,
  { attemptId, roundNo, manifest }: AttemptState,
  signal: AbortSignal,
): Promise<Judgement> {
  const { trainer, checkpoints, decisions, protocol } = study;
  const { dataset } = await trainer.open();
  if (dataset.bySplit.val === 0 || protocol.acceptance === undefined) {
    return NOT_MEASURED;
  }
  const { adapterCheckpointHash } = manifest.body;
  const inForceFile = await checkpoints.ensureFile(roundNo - 1, adapterCheckpointHash, signal);
  const inForce = await measure(study, roundNo, inForceFile, signal);
  if (!isLargeEnough(decisions.current.policy, inForce)) {
    return NOT_MEASURED;
  }
  const candidate = await measure(study, roundNo, candidateFile(study, attemptId), signal);
  return isWorse(protocol.acceptance, inForce, candidate)
    ? { verdict: 'refuse', code: 'worse' }
    : { verdict: 'accept', code: 'within-tolerance' };
}

/** With the adapter that the site trained for itself in this round, if there is one: both are measured with the same. */
async function measure(
  { trainer, training }: StudyContext,
  roundNo: number,
  adapterFile: string,
  signal: AbortSignal,
): Promise<Metrics> {
  const privateFile = await training.privateFileAfter(roundNo);
  signal.throwIfAborted();
  const job = { adapterFile, split: 'val', ...(privateFile && { privateFile }) } as const;
  const { metrics } = await trainer.evaluate(job);
  return metrics;
}

function candidateFile({ folder }: StudyContext, attemptId: AttemptState['attemptId']): string {
  return join(folder.attemptFolder(attemptId), 'candidate.safetensors');
}
