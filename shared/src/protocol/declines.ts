/** A site's word that it sends no update in an attempt. docs/protocol/v1.md sections 4 and 4.1. */
import { z } from 'zod';
import {
  attemptIdSchema,
  contentHashSchema,
  positiveSchema,
  signedSchema,
  siteIdSchema,
  studyIdSchema,
  versionSchema,
} from './scalars.js';
import { dealtSchema } from './secure-documents.js';

export const declineSchema = z.strictObject({
  v: versionSchema,
  studyId: studyIdSchema,
  roundNo: positiveSchema,
  attemptId: attemptIdSchema,
  siteId: siteIdSchema,
  manifestHash: contentHashSchema,
  code: z.string().regex(/^[a-z0-9-]{1,64}$/),
  /**
   * What a dealer signed for this site and what does not open or does not fit its commitments here. Dealer or holder is at fault, and
   * not whoever passed it on: the dealer's signature covers the entry.
   */
  complaint: dealtSchema.optional(),
});
export type Decline = z.infer<typeof declineSchema>;
export const signedDeclineSchema = signedSchema(declineSchema);
