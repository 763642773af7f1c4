/** Why a person pauses a study, stops it or gives an attempt up: a word for the log. */
import { z } from 'zod';
import { REASON_LENGTH } from '@consilium/shared/answers';

export const givenReasonSchema = z.strictObject({
  /** In the log for ever: no names of people. */
  reason: z.string().trim().min(1).max(REASON_LENGTH),
});
export type GivenReason = z.infer<typeof givenReasonSchema>;
