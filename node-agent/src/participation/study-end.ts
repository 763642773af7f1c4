/**
 * The end of a study at a site: the final adapter checkpoint is measured on the site's own images, together with the adapter that
 * the site kept for itself if there is one, and the figures are reported.
 */
import { signBody } from '@consilium/shared/crypto';
import type { Evaluation, Metrics } from '@consilium/shared/protocol';
import { ConsiliumError, isConsiliumError, PROTOCOL_VERSION } from '@consilium/shared/vocabulary';
import { errorFields } from '../telemetry/logger.js';
import { mayShare } from '../policy/shared-figures.js';
import type { StudyState } from './agent-state.js';
import { figuresOf } from './figures.js';
import { studyState, type StudyContext } from './site-context.js';

type Completed = Extract<NonNullable<StudyState['end']>, { kind: 'completed' }>;
type Failed = Extract<NonNullable<StudyState['end']>, { kind: 'failed' }>;

const SPLITS = ['val', 'test'] as const;

/** @throws ConsiliumError 'proof-invalid' when the log says otherwise */
export async function finishCompleted(
  study: StudyContext,
  end: Completed,
  signal: AbortSignal,
): Promise<void> {
  const leaf = await study.logTrust.requireLeaf('study.completed', end.leafIndex, signal);
  const { adapter } = studyState(study, study.studyId);
  const isTrue =
    leaf.studyId === study.studyId &&
    leaf.rounds === end.roundNo &&
    leaf.adapterCheckpointHash === end.adapterCheckpointHash &&
    (adapter?.roundNo !== end.roundNo || adapter.hash === end.adapterCheckpointHash);
  if (!isTrue) {
    throw new ConsiliumError('proof-invalid', 'the log names another final adapter checkpoint');
  }
  for (const split of SPLITS) {
    await measure(study, end, split, signal);
  }
  await sendEvaluations(study, signal);
}

/** @throws ConsiliumError 'proof-invalid' when the log does not say so */
export async function finishFailed(
  study: StudyContext,
  end: Failed,
  signal: AbortSignal,
): Promise<void> {
  const leaf = await study.logTrust.requireLeaf('study.failed', end.leafIndex, signal);
  if (leaf.studyId !== study.studyId) {
    throw new ConsiliumError('proof-invalid', 'the log says that another study failed');
  }
}

/** Measures one split and writes the signed figures down. A split that cannot be measured is left out, with a line in the log. */
async function measure(
  study: StudyContext,
  end: Completed,
  split: 'val' | 'test',
  signal: AbortSignal,
): Promise<void> {
  const { studyId, siteId, journal, identity } = study;
  const isDone = studyState(study, studyId).evaluations.some(
    ({ evaluation }) => evaluation.body.split === split,
  );
  const { roundNo, adapterCheckpointHash } = end;
  const metrics = isDone ? undefined : await measured(study, end, split, signal);
  if (metrics === undefined) {
    return;
  }
  study.report({
    event: 'evaluated',
    study: studyId,
    round: roundNo,
    split,
    ...figuresOf(metrics),
  });
  if (!mayShare(study.decisions.current.policy, [metrics])) {
    study.logger.info({ study: studyId, split }, 'the policy keeps these figures here');
    return;
  }
  const body: Evaluation = {
    v: PROTOCOL_VERSION,
    studyId,
    siteId,
    roundNo,
    adapterCheckpointHash,
    split,
    metrics,
  };
  journal.append({
    kind: 'evaluation-signed',
    studyId,
    evaluation: signBody('evaluation', body, identity),
  });
}

async function measured(
  study: StudyContext,
  { roundNo, adapterCheckpointHash }: Completed,
  split: 'val' | 'test',
  signal: AbortSignal,
): Promise<Metrics | undefined> {
  const { checkpoints, trainer, training, logger, studyId } = study;
  const adapterFile = await checkpoints.ensureFile(roundNo, adapterCheckpointHash, signal);
  const privateFile = await training.privateFileAfter(roundNo);
  try {
    const { dataset } = await trainer.open();
    return dataset.bySplit[split] === 0
      ? undefined
      : (
          await trainer.evaluate({
            adapterFile,
            ...(privateFile === undefined ? {} : { privateFile }),
            split,
          })
        ).metrics;
  } catch (error) {
    if (signal.aborted || !isConsiliumError(error)) {
      throw error;
    }
    logger.warn({ study: studyId, split, ...errorFields(error) }, 'not measured');
    return undefined;
  }
}

async function sendEvaluations(study: StudyContext, signal: AbortSignal): Promise<void> {
  const { studyId, link, journal, logger } = study;
  for (const { evaluation, answered } of studyState(study, studyId).evaluations) {
    if (!answered) {
      const { reply } = await link.request({ kind: 'evaluation.report', evaluation }, { signal });
      if (reply.kind !== 'accepted') {
        logger.warn({ study: studyId, reply }, 'the evaluation was not taken');
      }
      journal.append({
        kind: 'evaluation-answered',
        studyId,
        split: evaluation.body.split,
      });
    }
  }
}
