/** Who somebody is and what they may do: `GET /v1/me`. */
import { z } from 'zod';
import { sessionEndSchema } from './live.js';

export const meSchema = z.object({
  operatorId: z.string(),
  name: z.string(),
  roles: z.array(z.string()),
  rights: z.array(z.string()),
  siteId: z.string().optional(),
  studies: z.array(z.string()),
  /** An account may be opened by an OpenID provider alone. */
  hasPassword: z.boolean(),
  /** Of a browser; a token has none. */
  session: sessionEndSchema
    .extend({
      sessionId: z.string(),
      /** When the person last proved who it is. */
      authenticatedAtMs: z.int(),
      /** The coordinator's clock at this answer. */
      nowMs: z.int(),
    })
    .optional(),
});
export type Me = z.infer<typeof meSchema>;
