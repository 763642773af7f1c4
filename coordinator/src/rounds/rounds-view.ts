/** Rounds as operators see them. */
import {
  attemptIdSchema,
  contentHashSchema,
  countSchema,
  metricsSchema,
  positiveSchema,
  siteIdSchema,
} from '@consilium/shared/protocol';
import { z } from 'zod';

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
  phase: z.enum([
    'advertising',
    'sharing',
    'collecting',
    'sealing',
    'unmasking',
    'committed',
    'aborted',
  ]),
  phaseSinceMs: countSchema,
  /** Sites whose word is awaited in this phase; none once the attempt ended, or while the coordinator itself is at work. */
  awaited: z.array(siteIdSchema),
  /** Words without which the attempt does not go on: sites, endorsements or answers, as the phase has it. */
  needed: countSchema,
  reason: z.string().optional(),
  openedAtMs: countSchema,
  endedAtMs: countSchema.optional(),
  participants: z.array(participantViewSchema),
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
