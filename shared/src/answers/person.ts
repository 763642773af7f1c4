/** Who somebody is and what they may do: `GET /v1/me`. */
import { z } from 'zod';

export const meSchema = z.object({
  operatorId: z.string(),
  name: z.string(),
  roles: z.array(z.string()),
  rights: z.array(z.string()),
  siteId: z.string().optional(),
  studies: z.array(z.string()),
});
export type Me = z.infer<typeof meSchema>;
