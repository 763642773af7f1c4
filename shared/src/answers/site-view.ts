/** Sites as people are shown them: `GET /v1/sites` and `GET /v1/sites/:siteId`; and the invites that brought them or will. */
import { z } from 'zod';
import { countSchema } from '../protocol/scalars.js';
import { siteReportSchema } from '../protocol/site-report.js';

const uptimeSchema = z.object({
  /** The window begins here: with the sixth UTC day before today, or when the site was let in. */
  fromMs: z.int(),
  /** Of the window up to now, during which the site was connected to this coordinator: 0 to 1. */
  share: z.number(),
  /** Days of the window with a connection, by the beginning of the day (UTC). */
  days: z.array(z.object({ dayMs: z.int(), connectedMs: countSchema })),
});
export type Uptime = z.infer<typeof uptimeSchema>;

export const siteViewSchema = z.object({
  siteId: z.string(),
  status: z.enum(['pending', 'active', 'rejected', 'revoked']),
  keyId: z.string(),
  /** The six words that the site reads out. */
  words: z.string(),
  /** 128 bits of the key's hash. */
  fingerprint: z.string(),
  /** Names of eight colours. */
  colours: z.string(),
  identityKey: z.base64(),
  enrolledAtMs: z.int(),
  invitedBy: z.string(),
  decidedBy: z.string(),
  decidedAtMs: z.int().optional(),
  reason: z.string(),
  connected: z.boolean(),
  connectedSinceMs: z.int().optional(),
  /** Live sockets that a newer one of the same site replaced, since the coordinator started. */
  replacedSockets: z.int(),
  /** Of a site that has been connected; now, while it is. */
  lastSeenMs: z.int().optional(),
  /** Of active sites. */
  uptime: uptimeSchema.optional(),
  agentVersion: z.string().optional(),
  /** What the site said last of itself; of its studies those that the person reaches. */
  report: siteReportSchema.omit({ v: true }).extend({ atMs: z.int() }).optional(),
});
export type SiteView = z.infer<typeof siteViewSchema>;

/** `GET /v1/invites`: not used yet, also those that are too old to be. */
export const openInviteSchema = z.object({
  siteId: z.string(),
  invitedBy: z.string(),
  expiresAtMs: z.int(),
});
export type OpenInvite = z.infer<typeof openInviteSchema>;

/** `POST /v1/invites`: the secret is in this answer and nowhere else. */
export const newInviteSchema = z.object({
  /** 32 random bytes. */
  invite: z.base64(),
  siteId: z.string(),
  expiresAtMs: z.int(),
});
export type NewInvite = z.infer<typeof newInviteSchema>;
