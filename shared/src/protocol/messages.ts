/**
 * What travels inside the channel. A frame's plaintext is `u32be length || JSON || attachment`; one attachment at most.
 * The site asks and is answered; the coordinator delivers what a site is owed, each with an id, until it is received.
 * docs/protocol/v1.md section 6.
 */
import { z } from 'zod';
import { ConsiliumError, LIMITS } from '../vocabulary/index.js';
import { concatBytes, fromUtf8, parseJson, utf8 } from '../encoding/index.js';
import {
  attemptIdSchema,
  contentHashSchema,
  countSchema,
  hash32Schema,
  positiveSchema,
  signedSchema,
  studyIdSchema,
} from './scalars.js';
import {
  signedAdvertSchema,
  signedEvaluationSchema,
  signedJoinSchema,
  signedManifestSchema,
  signedUpdateHeaderSchema,
  roundRecordSchema,
} from './round-documents.js';
import { signedDeclineSchema } from './declines.js';
import {
  dealtSchema,
  shareEntrySchema,
  signedEndorsementSchema,
  signedSharesSchema,
  signedUnmaskingSchema,
} from './secure-documents.js';
import { signedVoteSchema } from './votes.js';
import { signedWithdrawalSchema } from './membership.js';
import { siteReportSchema } from './site-report.js';
import { studyProtocolSchema } from './study-protocol.js';

export const siteRequestSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('study.join'), join: signedJoinSchema }),
  z.strictObject({ kind: z.literal('study.withdraw'), withdrawal: signedWithdrawalSchema }),
  z.strictObject({ kind: z.literal('round.advert'), advert: signedAdvertSchema }),
  z.strictObject({ kind: z.literal('round.decline'), decline: signedDeclineSchema }),
  /** The entries that `shares` is the root of, sorted by holder. */
  z.strictObject({
    kind: z.literal('round.shares'),
    shares: signedSharesSchema,
    entries: z.array(shareEntrySchema).min(3).max(LIMITS.secureSites),
  }),
  z.strictObject({ kind: z.literal('round.endorse'), endorsement: signedEndorsementSchema }),
  z.strictObject({ kind: z.literal('round.unmask'), unmasking: signedUnmaskingSchema }),
  z.strictObject({ kind: z.literal('round.vote'), vote: signedVoteSchema }),
  z.strictObject({ kind: z.literal('update.open'), header: signedUpdateHeaderSchema }),
  /** The attachment is the ciphertext chunk. */
  z.strictObject({
    kind: z.literal('update.chunk'),
    attemptId: attemptIdSchema,
    index: countSchema,
  }),
  z.strictObject({ kind: z.literal('evaluation.report'), evaluation: signedEvaluationSchema }),
  z.strictObject({ kind: z.literal('site.report'), report: siteReportSchema }),
  z.strictObject({
    kind: z.literal('blob.read'),
    hash: contentHashSchema,
    offset: countSchema,
    length: z.int().min(1).max(LIMITS.chunkBytes),
  }),
  z.strictObject({
    kind: z.literal('log.prove'),
    /** The leaf whose inclusion is asked for. */
    leafIndex: countSchema,
    /** The size of the log checkpoint that the site holds; 0 = none. */
    knownSize: countSchema,
  }),
]);
export type SiteRequest = z.infer<typeof siteRequestSchema>;

export const siteReplySchema = z.discriminatedUnion('kind', [
  /** Taken; the same bytes again get the same answer. */
  z.strictObject({ kind: z.literal('accepted') }),
  /** Too late for this attempt: nothing was counted, nothing is owed. */
  z.strictObject({ kind: z.literal('late') }),
  z.strictObject({
    kind: z.literal('upload'),
    /** Indices of the chunks still missing. */
    missing: z.array(countSchema),
    complete: z.boolean(),
  }),
  /** The attachment holds the bytes. */
  z.strictObject({ kind: z.literal('blob'), size: countSchema }),
  z.strictObject({
    kind: z.literal('proof'),
    checkpoint: z.string().max(4096),
    leaf: z.string().max(LIMITS.leafBytes),
    inclusion: z.array(hash32Schema),
    consistency: z.array(hash32Schema),
  }),
  z.strictObject({
    kind: z.literal('problem'),
    code: z.string().max(64),
    title: z.string().max(200),
    detail: z.string().max(1000),
  }),
]);
export type SiteReply = z.infer<typeof siteReplySchema>;

const ofAttempt = {
  studyId: studyIdSchema,
  roundNo: positiveSchema,
  attemptId: attemptIdSchema,
};

export const owedMessageSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('study.offer'),
    protocol: signedSchema(studyProtocolSchema),
    leafIndex: countSchema,
  }),
  z.strictObject({
    kind: z.literal('round.manifest'),
    manifest: signedManifestSchema,
    leafIndex: countSchema,
  }),
  z.strictObject({
    kind: z.literal('round.peers'),
    ...ofAttempt,
    adverts: z.array(signedAdvertSchema),
  }),
  /** U2 of a secure attempt, with what each of them dealt to this site. */
  z.strictObject({ kind: z.literal('round.relay'), ...ofAttempt, dealt: z.array(dealtSchema) }),
  /** U3 of a secure attempt: the leaf that names it, and the headers of its updates. */
  z.strictObject({
    kind: z.literal('round.survivors'),
    ...ofAttempt,
    leafIndex: countSchema,
    headers: z.array(signedUpdateHeaderSchema),
  }),
  /** Enough endorsements of one survivor leaf: now shares may leave. */
  z.strictObject({
    kind: z.literal('round.quorum'),
    ...ofAttempt,
    endorsements: z.array(signedEndorsementSchema),
  }),
  /** What the round would come to: the sites that are summed vote on it. */
  z.strictObject({
    kind: z.literal('round.candidate'),
    record: roundRecordSchema,
    leafIndex: countSchema,
  }),
  z.strictObject({
    kind: z.literal('round.result'),
    record: roundRecordSchema,
    leafIndex: countSchema,
    /** Those that decided, where sites vote; sorted by site. */
    votes: z.array(signedVoteSchema).optional(),
  }),
  z.strictObject({
    kind: z.literal('round.aborted'),
    ...ofAttempt,
    reason: z.string().max(200),
    leafIndex: countSchema,
  }),
  z.strictObject({
    kind: z.literal('study.completed'),
    studyId: studyIdSchema,
    roundNo: positiveSchema,
    adapterCheckpointHash: contentHashSchema,
    leafIndex: countSchema,
  }),
  z.strictObject({
    kind: z.literal('study.failed'),
    studyId: studyIdSchema,
    reason: z.string().max(200),
    leafIndex: countSchema,
  }),
]);
export type OwedMessage = z.infer<typeof owedMessageSchema>;

export const deliverySchema = z.strictObject({
  id: positiveSchema,
  message: owedMessageSchema,
});
export type Delivery = z.infer<typeof deliverySchema>;

export const receiptSchema = z.strictObject({ kind: z.literal('received'), id: positiveSchema });
export type Receipt = z.infer<typeof receiptSchema>;

export interface Frame {
  readonly json: unknown;
  readonly attachment: Uint8Array;
}

/** @throws ConsiliumError `message-too-large` when the frame would not fit the transport. */
export function encodeFrame(json: object, attachment: Uint8Array = new Uint8Array()): Uint8Array {
  const text = utf8(JSON.stringify(json));
  const size = 4 + text.length + attachment.length;
  if (size > LIMITS.frameBytes - 64) {
    throw new ConsiliumError(
      'message-too-large',
      `a frame holds at most ${LIMITS.frameBytes - 64} bytes, this one has ${size}`,
    );
  }
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, text.length);
  return concatBytes(length, text, attachment);
}

/** Splits a frame and parses its JSON with the limits of LIMITS; the caller applies the schema. @throws ConsiliumError `bad-message`. */
export function decodeFrame(bytes: Uint8Array): Frame {
  if (bytes.length < 4) {
    throw new ConsiliumError('bad-message', `a frame has at least 4 bytes, got ${bytes.length}`);
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0);
  if (length > bytes.length - 4) {
    throw new ConsiliumError(
      'bad-message',
      `the frame announces ${length} bytes of JSON and holds ${bytes.length - 4}`,
    );
  }
  const json = parseJson(fromUtf8(bytes.subarray(4, 4 + length)), {
    maxDepth: LIMITS.jsonDepth,
    maxBytes: LIMITS.frameBytes,
  });
  return { json, attachment: bytes.subarray(4 + length) };
}
