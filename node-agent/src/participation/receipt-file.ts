/**
 * The receipt of one attempt at a round, as it lies in the home folder: what left this hospital in figures, when, and what came of
 * it. Numbers, hashes and the names of the adapter's tensors only: no value of an update can be read from it. It stays when the
 * attempt's files go, and when the site leaves the study.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { parseJson } from '@consilium/shared/encoding';
import {
  attemptIdSchema,
  contentHashSchema,
  countSchema,
  positiveSchema,
  siteIdSchema,
  studyIdSchema,
} from '@consilium/shared/protocol';
import {
  ConsiliumError,
  type AttemptId,
  type RoundNo,
  type StudyId,
} from '@consilium/shared/vocabulary';
import { systemCode, writeDurably } from '../config/durable-file.js';
import type { Home } from '../config/home.js';

const amount = z.number().nonnegative().finite();

const tensorFiguresSchema = z.strictObject({
  name: z.string().min(1).max(512),
  shape: z.array(countSchema).max(8),
  /** L2 norm of the change, before it is weighted and rounded. */
  norm: amount,
  /** The largest coordinate without its sign. */
  largest: amount,
  /** Coordinates outside the range C, which were moved to its bound. */
  cut: countSchema,
});
export type TensorFigures = z.infer<typeof tensorFiguresSchema>;

/** What became of the figures on the validation pictures, before and after the training. */
const sharedFiguresSchema = z.discriminatedUnion('kind', [
  /** They stand in the header of a plain update, or in the sum of a secure one. */
  z.strictObject({ kind: z.literal('left'), inside: z.enum(['header', 'sum']) }),
  z.strictObject({ kind: z.literal('policy-says-none') }),
  z.strictObject({
    kind: z.literal('small-cells'),
    minCell: positiveSchema,
    /** The classes that have pictures, but fewer than `minCell`; by their place in the study protocol. */
    cells: z.array(z.strictObject({ class: countSchema, pictures: positiveSchema })),
  }),
  z.strictObject({ kind: z.literal('not-measured') }),
]);
export type SharedFiguresRecord = z.infer<typeof sharedFiguresSchema>;

const updateRecordSchema = z.strictObject({
  sealedAtMs: countSchema,
  /** When the coordinator held all of it; absent while it does not. */
  sentAtMs: countSchema.optional(),
  /** Before encryption, and as it travels. */
  plaintextBytes: positiveSchema,
  bytes: positiveSchema,
  chunks: positiveSchema,
  chunkRoot: z.string(),
  vectorHash: contentHashSchema,
  parameters: positiveSchema,
  /** L2 norm of the whole change. */
  norm: amount,
  cut: countSchema,
  tensors: z.array(tensorFiguresSchema),
  /** Training pictures of this site, and of all sites of the attempt. */
  weight: positiveSchema,
  weightTotal: positiveSchema,
  sites: positiveSchema,
  figures: sharedFiguresSchema,
  policyHash: contentHashSchema,
  engine: z.string().max(100),
  trainMs: countSchema,
});
export type UpdateRecord = z.infer<typeof updateRecordSchema>;

const receiptEndSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('summed'),
    atMs: countSchema,
    /** Whether this site's update is in the sum. */
    isIncluded: z.boolean(),
    sitesInSum: positiveSchema,
    ringSumHash: contentHashSchema,
    adapterCheckpointHash: contentHashSchema,
    leafIndex: countSchema,
  }),
  z.strictObject({
    kind: z.literal('aborted'),
    atMs: countSchema,
    reason: z.string().max(1000),
    leafIndex: countSchema,
  }),
]);

export const receiptSchema = z.strictObject({
  v: z.literal(1),
  site: siteIdSchema,
  study: studyIdSchema,
  title: z.string().max(1000),
  round: positiveSchema,
  rounds: positiveSchema,
  attempt: attemptIdSchema,
  attemptNo: positiveSchema,
  /** When the coordinator opened the attempt, by its own clock. */
  openedAtMs: countSchema,
  aggregation: z.enum(['plain', 'secure']),
  /** The classes of the study protocol, for the figures above. */
  classes: z.array(z.string()),
  studyProtocolHash: contentHashSchema,
  manifestHash: contentHashSchema,
  /** The adapter that the round began with. */
  adapterCheckpointHash: contentHashSchema,
  update: updateRecordSchema.optional(),
  declined: z.strictObject({ atMs: countSchema, code: z.string().max(64) }).optional(),
  end: receiptEndSchema.optional(),
});
export type Receipt = z.infer<typeof receiptSchema>;

/** @param folder of the study's receipts. @throws ConsiliumError 'disk-full' */
export async function writeReceipt(folder: string, receipt: Receipt): Promise<void> {
  const { round, attempt } = receipt;
  await writeDurably(fileOf(folder, round, attempt), `${JSON.stringify(receipt, undefined, 2)}\n`);
}

/** @returns undefined where there is none yet. @throws ConsiliumError 'bad-encoding' */
export async function readReceipt(
  folder: string,
  round: RoundNo,
  attempt: AttemptId,
): Promise<Receipt | undefined> {
  const path = fileOf(folder, round, attempt);
  try {
    return parseReceipt(await readFile(path, 'utf8'), path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

/** All receipts of a study, in the order of rounds and attempts. @throws ConsiliumError 'bad-encoding' */
export async function readReceipts(folder: string): Promise<readonly Receipt[]> {
  const names = (await namesIn(folder)).filter((name) => name.endsWith('.json'));
  const receipts = await Promise.all(
    names.map(async (name) => parseReceipt(await readFile(join(folder, name), 'utf8'), name)),
  );
  return receipts.sort((a, b) => a.round - b.round || a.attemptNo - b.attemptNo);
}

/** The studies that this site has receipts of, some of which it may have left. */
export async function studiesWithReceipts({ receiptsFolder }: Home): Promise<readonly StudyId[]> {
  return (await namesIn(receiptsFolder))
    .flatMap((name) => {
      const id = studyIdSchema.safeParse(name);
      return id.success ? [id.data] : [];
    })
    .sort();
}

function parseReceipt(text: string, path: string): Receipt {
  const result = receiptSchema.safeParse(parseJson(text));
  if (!result.success) {
    throw new ConsiliumError('bad-encoding', `${path} is no receipt of a round`);
  }
  return result.data;
}

function fileOf(folder: string, round: RoundNo, attempt: AttemptId): string {
  return join(folder, `${String(round).padStart(4, '0')}-${attempt}.json`);
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') {
      return [];
    }
    throw error;
  }
}
