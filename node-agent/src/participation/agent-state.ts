/**
 * What a site knows about its studies: a fold over the journal. Every message of the coordinator and every move of this site is
 * one entry; after a restart the same entries give the same state, so no driver has code of its own for restarts.
 */
import { z } from 'zod';
import {
  attemptIdSchema,
  contentHashSchema,
  countSchema,
  dealtSchema,
  owedMessageSchema,
  positiveSchema,
  roundRecordSchema,
  shareEntrySchema,
  signedAdvertSchema,
  signedDeclineSchema,
  signedEndorsementSchema,
  signedEvaluationSchema,
  signedJoinSchema,
  signedManifestSchema,
  signedSchema,
  signedSharesSchema,
  signedUpdateHeaderSchema,
  signedVoteSchema,
  signedWithdrawalSchema,
  siteIdSchema,
  studyIdSchema,
  studyProtocolSchema,
} from '@consilium/shared/protocol';

/** A move of one attempt, with what it made: the bytes that go out are in the journal before they go. */
export const moveSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('advert-journaled'), advert: signedAdvertSchema }),
  z.strictObject({ kind: z.literal('peers-accepted') }),
  z.strictObject({
    kind: z.literal('shares-journaled'),
    shares: signedSharesSchema,
    entries: z.array(shareEntrySchema),
  }),
  z.strictObject({ kind: z.literal('sharers-accepted') }),
  z.strictObject({ kind: z.literal('update-journaled'), header: signedUpdateHeaderSchema }),
  z.strictObject({
    kind: z.literal('endorsement-journaled'),
    endorsement: signedEndorsementSchema,
    /** U3 of the leaf. */
    survivors: z.array(siteIdSchema),
  }),
  /** The shares themselves lie in the file of the attempt's secrets, which is erased with them. */
  z.strictObject({ kind: z.literal('answer-journaled'), unmaskingHash: contentHashSchema }),
  z.strictObject({ kind: z.literal('vote-journaled'), vote: signedVoteSchema }),
  z.strictObject({
    kind: z.literal('decline-journaled'),
    code: z.string(),
    decline: signedDeclineSchema,
  }),
  z.strictObject({ kind: z.literal('result-verified'), adapterCheckpointHash: contentHashSchema }),
  z.strictObject({
    kind: z.literal('attempt-aborted'),
    reason: z.string(),
    /** The update of this site was summed all the same: the log says so, or there was a candidate. */
    isNamed: z.boolean().optional(),
  }),
]);
export type Move = z.infer<typeof moveSchema>;

export const sitePhaseSchema = z.enum([
  'idle',
  'advertised',
  'shared',
  'peered',
  'sent',
  'endorsed',
  'answered',
  'voted',
  'declined',
  'done',
  'aborted',
]);

const attemptStateSchema = z.object({
  attemptId: attemptIdSchema,
  roundNo: positiveSchema,
  phase: sitePhaseSchema,
  manifest: signedManifestSchema,
  manifestLeafIndex: countSchema,
  peers: z.array(signedAdvertSchema).optional(),
  /** U2 of a secure attempt. */
  dealt: z.array(dealtSchema).optional(),
  /** The first survivor leaf that this site was shown. */
  survivors: z
    .object({ leafIndex: countSchema, headers: z.array(signedUpdateHeaderSchema) })
    .optional(),
  quorum: z.array(signedEndorsementSchema).optional(),
  /** The first that this site was shown. */
  candidate: z.object({ record: roundRecordSchema, leafIndex: countSchema }).optional(),
  result: z
    .object({
      record: roundRecordSchema,
      leafIndex: countSchema,
      votes: z.array(signedVoteSchema).optional(),
    })
    .optional(),
  aborted: z.object({ reason: z.string(), leafIndex: countSchema }).optional(),
  advert: signedAdvertSchema.optional(),
  shares: z.object({ signed: signedSharesSchema, entries: z.array(shareEntrySchema) }).optional(),
  header: signedUpdateHeaderSchema.optional(),
  endorsed: z
    .object({ endorsement: signedEndorsementSchema, survivors: z.array(siteIdSchema) })
    .optional(),
  unmaskingHash: contentHashSchema.optional(),
  vote: signedVoteSchema.optional(),
  decline: signedDeclineSchema.optional(),
});
export type AttemptState = z.infer<typeof attemptStateSchema>;

const studyEndSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('completed'),
    roundNo: positiveSchema,
    adapterCheckpointHash: contentHashSchema,
    leafIndex: countSchema,
  }),
  z.object({ kind: z.literal('failed'), reason: z.string(), leafIndex: countSchema }),
]);

const studyStateSchema = z.object({
  studyId: studyIdSchema,
  offer: z.object({ protocol: signedSchema(studyProtocolSchema), leafIndex: countSchema }),
  /** The last word of this site: a decline may be followed by another. */
  join: signedJoinSchema.optional(),
  joinAtMs: countSchema.optional(),
  joinAnswer: z.enum(['accepted', 'late', 'problem']).optional(),
  /** The adapter checkpoint after the last round that this site verified; round 0 is the one that the seed gives. */
  adapter: z.object({ roundNo: countSchema, hash: contentHashSchema }).optional(),
  /** Not over yet, in the order of their manifests. */
  attempts: z.array(attemptStateSchema),
  /**
   * The survivor sets that this site endorsed, kept for as long as the study: two sums from one adapter checkpoint may show what a
   * few sites sent, so each new set is held against those before it.
   */
  endorsed: z
    .array(
      z.object({
        roundNo: positiveSchema,
        adapterCheckpointHash: contentHashSchema,
        leafIndex: countSchema,
        survivors: z.array(siteIdSchema),
        /** Which training of the round the delta of each of them came from. */
        trainings: z.array(z.tuple([siteIdSchema, countSchema])),
      }),
    )
    .default([]),
  /** Rounds of attempts that were aborted after this site's update was summed without its endorsement, once for each. */
  namedIn: z.array(positiveSchema).default([]),
  /** Over, of the round that comes after `adapter`: none of them may begin again. */
  endedAttempts: z.array(attemptIdSchema),
  /** Of those attempts. */
  cohorts: z.array(z.array(siteIdSchema)).default([]),
  end: studyEndSchema.optional(),
  evaluations: z.array(z.object({ evaluation: signedEvaluationSchema, answered: z.boolean() })),
  /** This site left: whether the coordinator has been told, if it had been promised anything. */
  withdrawn: z.object({ withdrawal: signedWithdrawalSchema, answered: z.boolean() }).optional(),
  /** Why this site stopped trusting the study. */
  halted: z.string().optional(),
  closed: z.boolean(),
});
export type StudyState = z.infer<typeof studyStateSchema>;

export const agentStateSchema = z.object({
  /** The last log checkpoint that was verified, as a signed note. */
  logCheckpoint: z.string().optional(),
  /** Ids of the latest deliveries. */
  seen: z.array(positiveSchema),
  studies: z.record(studyIdSchema, studyStateSchema),
});
export type AgentState = z.infer<typeof agentStateSchema>;

const ofStudy = { studyId: studyIdSchema };

export const journalEntrySchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('delivered'), id: positiveSchema, message: owedMessageSchema }),
  z.strictObject({ kind: z.literal('log-checkpoint'), note: z.string() }),
  z.strictObject({
    kind: z.literal('join-signed'),
    ...ofStudy,
    join: signedJoinSchema,
    /** When, by the clock of this machine. */
    atMs: countSchema.optional(),
    /** Of checkpoint 0, when the site takes part. */
    adapterCheckpointHash: contentHashSchema.optional(),
  }),
  z.strictObject({
    kind: z.literal('join-answered'),
    ...ofStudy,
    answer: z.enum(['accepted', 'late', 'problem']),
  }),
  z.strictObject({
    kind: z.literal('attempt-moved'),
    ...ofStudy,
    attemptId: attemptIdSchema,
    to: sitePhaseSchema,
    move: moveSchema,
  }),
  z.strictObject({
    kind: z.literal('evaluation-signed'),
    ...ofStudy,
    evaluation: signedEvaluationSchema,
  }),
  z.strictObject({
    kind: z.literal('evaluation-answered'),
    ...ofStudy,
    split: z.enum(['val', 'test']),
  }),
  z.strictObject({
    kind: z.literal('study-withdrawn'),
    ...ofStudy,
    withdrawal: signedWithdrawalSchema,
  }),
  z.strictObject({ kind: z.literal('withdrawal-answered'), ...ofStudy }),
  z.strictObject({ kind: z.literal('study-halted'), ...ofStudy, code: z.string() }),
  z.strictObject({ kind: z.literal('study-closed'), ...ofStudy }),
]);
export type JournalEntry = z.infer<typeof journalEntrySchema>;

export const EMPTY_STATE: AgentState = { seen: [], studies: {} };
