/** The events of `GET /v1/live` (server-sent events, WHATWG HTML section 9.2): their names and what their `data` holds. */
import { z } from 'zod';

/** A leaf that the person may see; the event's `id` is its index. */
export const liveLeafSchema = z.object({
  index: z.int(),
  kind: z.string(),
  studyId: z.string().optional(),
  atMs: z.int(),
});
export type LiveLeaf = z.infer<typeof liveLeafSchema>;

/** Something that leaves no leaf: how far an attempt is, who is connected, that a session or token ended before its time. */
export const liveChangeSchema = z.discriminatedUnion('what', [
  z.object({ what: z.literal('study'), id: z.string() }),
  z.object({ what: z.literal('sites') }),
  z.object({ what: z.literal('credentials') }),
]);
export type LiveChange = z.infer<typeof liveChangeSchema>;

/** When the session that watches ends, by the coordinator's clock: unless its person does something, and at the latest. */
export const sessionEndSchema = z.object({ endsAtMs: z.int(), latestEndAtMs: z.int() });
export type SessionEnd = z.infer<typeof sessionEndSchema>;

/** `hello` begins the stream, `beat` comes every two seconds. */
export const liveBeatSchema = z.object({
  /** The coordinator's clock, milliseconds since 1970. */
  atMs: z.int(),
  /** The index that the next leaf will have. */
  next: z.int(),
  /** Of a browser; a token has none. */
  session: sessionEndSchema.optional(),
});
export type LiveBeat = z.infer<typeof liveBeatSchema>;
