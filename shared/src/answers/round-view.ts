/** Rounds as people are shown them: `GET /v1/studies/:studyId/rounds`. */
import { z } from 'zod';
import { metricsSchema } from '../protocol/round-documents.js';
import { manifestGroupsSchema } from '../protocol/secure-groups.js';
import {
  attemptIdSchema,
  contentHashSchema,
  countSchema,
  positiveSchema,
  siteIdSchema,
} from '../protocol/scalars.js';

const phaseSchema = z.enum([
  'advertising',
  'sharing',
  'collecting',
  'sealing',
  'unmasking',
  'voting',
  'committed',
  'aborted',
]);

/** When the coordinator had each word of a site, milliseconds since 1970; a word that has not come is absent. */
const wordTimesSchema = z.object({
  advertised: countSchema.optional(),
  shared: countSchema.optional(),
  /** The header of its update; the chunks follow it. */
  sending: countSchema.optional(),
  /** The last chunk. */
  updated: countSchema.optional(),
  endorsed: countSchema.optional(),
  answered: countSchema.optional(),
  voted: countSchema.optional(),
  declined: countSchema.optional(),
});
export type WordTimes = z.infer<typeof wordTimesSchema>;

const participantViewSchema = z.object({
  siteId: siteIdSchema,
  /** While the attempt is under way how far the site has come, then what became of it. */
  state: z.enum([
    'invited',
    'advertised',
    'shared',
    'updated',
    'declined',
    'refused',
    'left',
    'survivor',
    'dropped',
  ]),
  weight: countSchema,
  /** Of its update, encrypted or masked, as announced. */
  bytes: countSchema,
  trainMs: countSchema,
  /** The dealer whose shares it declined as bad ones. */
  refusedSharesOf: siteIdSchema.optional(),
  /** Of the vector that is summed. */
  vectorHash: contentHashSchema.optional(),
  /** Coordinates of its update that the range of the study cut. */
  cut: countSchema.optional(),
  times: wordTimesSchema,
  /** On the candidate, where sites vote: the verdict and its reason, no figures. */
  vote: z.object({ verdict: z.enum(['accept', 'refuse']), code: z.string() }).optional(),
  evaluation: z.object({ before: metricsSchema, after: metricsSchema }).optional(),
});
export type ParticipantView = z.infer<typeof participantViewSchema>;

const pooledSchema = z.object({
  /** Rows are true classes, columns are predicted ones. */
  confusion: z.array(z.array(countSchema)),
  /** Of all pictures together. */
  lossSum: z.number(),
});

const attemptViewSchema = z.object({
  attemptId: attemptIdSchema,
  attemptNo: positiveSchema,
  aggregation: z.enum(['plain', 'secure']),
  phase: phaseSchema,
  phaseSinceMs: countSchema,
  /** The phases that it came into, in their order; empty for attempts of versions that did not note them. */
  phases: z.array(z.object({ phase: phaseSchema, atMs: countSchema })),
  /** When the present phase is given up; absent where nothing but an operator ends it. */
  deadlineMs: countSchema.optional(),
  /** Sites whose word is awaited in this phase; none once the attempt ended, or while the coordinator itself is at work. */
  awaited: z.array(siteIdSchema),
  /** Words without which the attempt does not go on: sites, endorsements, answers or accepting votes, as the phase has it. */
  needed: countSchema,
  reason: z.string().optional(),
  openedAtMs: countSchema,
  endedAtMs: countSchema.optional(),
  manifestHash: contentHashSchema,
  /** Of the sum as integers, once it is made. */
  ringSumHash: contentHashSchema.optional(),
  participants: z.array(participantViewSchema),
  /** Of the cohort, where sites are summed in groups: a group with fewer survivors than `minSites` is left out. */
  groups: manifestGroupsSchema.optional(),
  /** On the validation splits of all survivors that share figures, read from the sum of a secure attempt; of no single one. */
  figures: z.object({ before: pooledSchema, after: pooledSchema }).optional(),
});
export type AttemptView = z.infer<typeof attemptViewSchema>;

export const roundViewSchema = z.object({
  roundNo: positiveSchema,
  attempts: z.array(attemptViewSchema),
  adapterCheckpointHash: contentHashSchema.optional(),
});
export type RoundView = z.infer<typeof roundViewSchema>;
