/** The adapter checkpoints of a study: `GET /v1/studies/:studyId/adapters`. */
import { z } from 'zod';
import { contentHashSchema, countSchema } from '../protocol/scalars.js';

export const adapterViewSchema = z.object({
  /** 0 is the one that training began with. */
  roundNo: countSchema,
  /** SHA-256 of its safetensors file. */
  hash: contentHashSchema,
  /** Of that file. */
  bytes: countSchema,
  /** Of the sum that it was made from; absent for round 0. */
  ringSumHash: contentHashSchema.optional(),
});
export type AdapterView = z.infer<typeof adapterViewSchema>;
