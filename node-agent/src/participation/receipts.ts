/**
 * Keeps the receipt of each attempt: begun when the update is sealed, the attempt declined or its end verified, whichever comes
 * first, and added to until the end. Each step may be repeated after a crash and writes the same then, but for its time.
 */
import { readFile } from 'node:fs/promises';
import { signedHash, updateChunks, type UpdateHeader } from '@consilium/shared/protocol';
import { readSafetensors, schemaSize } from '@consilium/shared/tensors';
import type { AttemptState } from './agent-state.js';
import type { TrainedDelta } from './local-training.js';
import { readReceipt, writeReceipt, type Receipt, type UpdateRecord } from './receipt-file.js';
import { required, type StudyContext } from './site-context.js';
import { normOf, sharedFiguresOf, tensorFiguresOf } from './update-figures.js';

/** The update is sealed and about to be journaled. @throws ConsiliumError 'disk-full', 'bad-tensor-schema' */
export async function keepSealed(
  study: StudyContext,
  attempt: AttemptState,
  { deltaFile, trained }: TrainedDelta,
  header: UpdateHeader,
): Promise<void> {
  const { policy } = study.decisions.current;
  const tensors = tensorFiguresOf(study.schema, readSafetensors(await readFile(deltaFile)));
  const adverts = required(attempt.peers, 'set of adverts');
  const { total, sizes } = updateChunks(header);
  const update: UpdateRecord = {
    sealedAtMs: study.now(),
    plaintextBytes: header.plaintextBytes,
    bytes: sizes.reduce((sum, size) => sum + size, 0),
    chunks: total,
    chunkRoot: header.chunkRoot,
    vectorHash: header.vectorHash,
    parameters: schemaSize(study.schema),
    norm: normOf(tensors),
    cut: header.cut,
    tensors: [...tensors],
    weight: required(attempt.advert, 'advert').body.weight,
    weightTotal: adverts.reduce((sum, { body }) => sum + body.weight, 0),
    sites: adverts.length,
    figures: sharedFiguresOf(policy, trained, attempt.manifest.body.aggregation.kind),
    policyHash: header.policyHash,
    engine: header.engine,
    trainMs: header.trainMs,
  };
  await keep(study, attempt, { update });
}

/** The coordinator holds the whole update. */
export async function keepSent(study: StudyContext, attempt: AttemptState): Promise<void> {
  const { update } = await receiptOf(study, attempt);
  if (update !== undefined && update.sentAtMs === undefined) {
    await keep(study, attempt, { update: { ...update, sentAtMs: study.now() } });
  }
}

/** This site declined; its signed word goes out next. */
export async function keepDeclined(
  study: StudyContext,
  attempt: AttemptState,
  code: string,
): Promise<void> {
  await keep(study, attempt, { declined: { atMs: study.now(), code } });
}

/** The attempt ended with a result that this site recomputed. */
export async function keepSummed(
  study: StudyContext,
  attempt: AttemptState,
  { record, leafIndex }: NonNullable<AttemptState['result']>,
): Promise<void> {
  await keep(study, attempt, {
    end: {
      kind: 'summed',
      atMs: study.now(),
      isIncluded: record.survivors.includes(study.siteId),
      sitesInSum: record.survivors.length,
      ringSumHash: record.ringSumHash,
      adapterCheckpointHash: record.adapterCheckpointHash,
      leafIndex,
    },
  });
}

/** The attempt came to nothing, as the log says. */
export async function keepAborted(
  study: StudyContext,
  attempt: AttemptState,
  { reason, leafIndex }: NonNullable<AttemptState['aborted']>,
): Promise<void> {
  await keep(study, attempt, { end: { kind: 'aborted', atMs: study.now(), reason, leafIndex } });
}

async function keep(
  study: StudyContext,
  attempt: AttemptState,
  part: Partial<Pick<Receipt, 'update' | 'declined' | 'end'>>,
): Promise<void> {
  const receipt = await receiptOf(study, attempt);
  await writeReceipt(study.folder.receiptsFolder, { ...receipt, ...part });
}

async function receiptOf(study: StudyContext, attempt: AttemptState): Promise<Receipt> {
  const { roundNo, attemptId, manifest } = attempt;
  const { attemptNo, issuedAtMs, aggregation, adapterCheckpointHash } = manifest.body;
  const kept = await readReceipt(study.folder.receiptsFolder, roundNo, attemptId);
  return (
    kept ?? {
      v: 1,
      site: study.siteId,
      study: study.studyId,
      title: study.protocol.title,
      round: roundNo,
      rounds: study.protocol.training.rounds,
      attempt: attemptId,
      attemptNo,
      openedAtMs: issuedAtMs,
      aggregation: aggregation.kind,
      classes: [...study.protocol.task.classes],
      studyProtocolHash: study.protocolHash,
      manifestHash: signedHash(manifest),
      adapterCheckpointHash,
    }
  );
}
