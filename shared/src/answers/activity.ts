/** What happened in a study: `GET /v1/studies/:studyId/activity`. */
import { z } from 'zod';

export const activitySchema = z.object({
  /** The newest first; each leaf as the canonical JSON that was hashed. */
  leaves: z.array(z.object({ index: z.int(), leaf: z.string() })),
});
export type Activity = z.infer<typeof activitySchema>;
