/** What the evidence bundle says about each attempt: the demo reports from the evidence, not from what the programs said. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  BUNDLE_PATHS,
  bundleLogSchema,
  leafSchema,
  type Evaluation,
  type Leaf,
  type Manifest,
  type Metrics,
  type RoundRecord,
  roundRecordSchema,
  signedEvaluationSchema,
  signedManifestSchema,
  signedSchema,
  signedUpdateHeaderSchema,
  studyProtocolSchema,
  type UpdateHeader,
} from '@consilium/shared/protocol';
import { decodeFloat } from '@consilium/shared/encoding';
import { decodeMetricWords, metricWordCount, type SummedFigures } from '@consilium/shared/secagg';
import { balancedAccuracy } from '@consilium/shared/statistics';
import { decodeVector } from '@consilium/shared/tensors';
import { parseAttemptId } from '@consilium/shared/vocabulary';
import { z } from 'zod';

export interface Attempt {
  readonly manifest: Manifest;
  readonly headers: readonly UpdateHeader[];
  /** Absent when the attempt was aborted. */
  readonly record: RoundRecord | undefined;
  /** What the survivors said of the candidate that the attempt came to. */
  readonly verdicts?: { readonly accepted: number; readonly refused: number };
  /** On the validation splits of all sites together, where a secure sum holds it. */
  readonly pooled?: { readonly before: Scored; readonly after: Scored };
  /** From the manifest's leaf to the result's, by the coordinator's clock. */
  readonly wallMs: number;
}

export interface Evidence {
  readonly attempts: readonly Attempt[];
  readonly evaluations: readonly Evaluation[];
  readonly logSize: number;
}

export interface Scored {
  readonly loss: number;
  readonly balancedAccuracy: number;
  readonly auroc: number | null;
}

export async function readEvidence(folder: string): Promise<Evidence> {
  const log = bundleLogSchema.parse(await readJson(folder, BUNDLE_PATHS.log));
  const leaves = log.leaves.map(({ leaf }) => leafSchema.parse(JSON.parse(leaf)));
  const ids = await readdir(join(folder, 'attempts'));
  const protocol = signedSchema(studyProtocolSchema).parse(
    await readJson(folder, BUNDLE_PATHS.studyProtocol),
  );
  const classes = protocol.body.task.classes.length;
  const attempts = await Promise.all(ids.map((id) => readAttempt(folder, id, leaves, classes)));
  const evaluations = z
    .array(signedEvaluationSchema)
    .parse(await readJson(folder, BUNDLE_PATHS.evaluations));
  return {
    attempts: attempts.sort(
      (a, b) =>
        a.manifest.roundNo - b.manifest.roundNo || a.manifest.attemptNo - b.manifest.attemptNo,
    ),
    evaluations: evaluations.map(({ body }) => body),
    logSize: Math.max(...log.leaves.map(({ index }) => index + 1)),
  };
}

export function toScored(metrics: Metrics): Scored {
  return {
    loss: decodeFloat(metrics.loss),
    balancedAccuracy: decodeFloat(metrics.balancedAccuracy),
    auroc: metrics.auroc === 'undefined' ? null : decodeFloat(metrics.auroc),
  };
}

async function readAttempt(
  folder: string,
  id: string,
  leaves: readonly Leaf[],
  classes: number,
): Promise<Attempt> {
  const manifest = signedManifestSchema.parse(await readJson(folder, BUNDLE_PATHS.manifest(id)));
  const headers = z
    .array(signedUpdateHeaderSchema)
    .parse(await readJson(folder, BUNDLE_PATHS.headers(id)));
  const leafOf = <T extends Leaf['type']>(type: T) =>
    leaves.find(
      (leaf): leaf is Extract<Leaf, { type: T }> =>
        leaf.type === type && 'attemptId' in leaf && leaf.attemptId === id,
    );
  const votes = leafOf('round.votes');
  // A candidate that was rejected has a record too, which is of no round.
  const record = leafOf('round.result')
    ? roundRecordSchema.parse(await readJson(folder, BUNDLE_PATHS.record(id)))
    : undefined;
  const at = (...types: readonly Leaf['type'][]) =>
    leaves.find((leaf) => types.includes(leaf.type) && 'attemptId' in leaf && leaf.attemptId === id)
      ?.atMs ?? 0;
  return {
    manifest: manifest.body,
    headers: headers.map(({ body }) => body),
    record,
    ...(votes && { verdicts: { accepted: votes.accepted, refused: votes.refused } }),
    ...(record?.aggregation.kind === 'secure' ? await readPooled(folder, id, classes) : {}),
    wallMs: at('round.result', 'round.aborted') - at('round.manifest'),
  };
}

/** Of the words behind the parameters of the ring sum; nothing where no site lets its figures leave. */
async function readPooled(
  folder: string,
  id: string,
  classes: number,
): Promise<Pick<Attempt, 'pooled'>> {
  const sum = decodeVector(await readFile(join(folder, BUNDLE_PATHS.ringSum(parseAttemptId(id)))));
  const words = sum.subarray(sum.length - metricWordCount(classes));
  if (words.every((word) => word === 0)) {
    return {};
  }
  const { before, after } = decodeMetricWords(words, classes);
  return { pooled: { before: pooledScore(before), after: pooledScore(after) } };
}

function pooledScore({ confusion, lossSum }: SummedFigures): Scored {
  const pictures = confusion.flat().reduce((sum, count) => sum + count, 0);
  return { loss: lossSum / pictures, balancedAccuracy: balancedAccuracy(confusion), auroc: null };
}

async function readJson(folder: string, path: string): Promise<unknown> {
  return JSON.parse(await readFile(join(folder, path), 'utf8')) as unknown;
}
