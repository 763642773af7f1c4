/** The log as people look through it: `GET /v1/log/entries`. */
import { z } from 'zod';

export const entriesSchema = z.object({
  /** The newest first; each leaf as the canonical JSON that was hashed. */
  entries: z.array(z.object({ index: z.int(), leaf: z.string() })),
  /** Ask for those before this index to go on; absent where there are no older ones. */
  older: z.int().optional(),
});
export type Entries = z.infer<typeof entriesSchema>;

/** `GET /v1/log/entries/:index` */
export const provenEntrySchema = z.object({
  index: z.int(),
  /** Canonical JSON. */
  leaf: z.string(),
  /** The newest checkpoint as signed note; the proof leads to it. */
  checkpoint: z.string(),
  /** Hashes from the leaf's sibling up. */
  inclusion: z.array(z.base64()),
});
export type ProvenEntry = z.infer<typeof provenEntrySchema>;
