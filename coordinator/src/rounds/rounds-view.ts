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
    'updated',
    'declined',
    'refused',
    'left',
    'survivor',
    'dropped',
  ]),
  weight: countSchema,
  /** Of its encrypted update, as announced. */
  bytes: countSchema,
  trainMs: countSchema,
  evaluation: z.object({ before: metricsSchema, after: metricsSchema }).optional(),
});
export type ParticipantView = z.infer<typeof participantViewSchema>;

const attemptViewSchema = z.object({
  attemptId: attemptIdSchema,
  attemptNo: positiveSchema,
  phase: z.enum(['advertising', 'collecting', 'sealing', 'committed', 'aborted']),
  reason: z.string().optional(),
  openedAtMs: countSchema,
  endedAtMs: countSchema.optional(),
  participants: z.array(participantViewSchema),
});
export type AttemptView = z.infer<typeof attemptViewSchema>;

export const roundViewSchema = z.object({
  roundNo: positiveSchema,
  attempts: z.array(attemptViewSchema),
  adapterCheckpointHash: contentHashSchema.optional(),
});
export type RoundView = z.infer<typeof roundViewSchema>;
