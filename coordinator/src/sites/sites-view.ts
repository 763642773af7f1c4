/** Sites as people are shown them: who let them in, how their key reads, whether they are connected. */
import { fingerprintColours, fingerprintDigits, fingerprintWords } from '@consilium/shared/crypto';
import { toBase64 } from '@consilium/shared/encoding';
import { z } from 'zod';
import type { LiveSites } from './live-sites.js';
import type { Site } from './sites.repository.js';

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
  reason: z.string(),
  connected: z.boolean(),
  /** Live sockets that a newer one of the same site replaced, since the coordinator started. */
  replacedSockets: z.int(),
});
export type SiteView = z.infer<typeof siteViewSchema>;

export function siteView(site: Site, live: LiveSites): SiteView {
  const { siteId, status, keyId, identityKey, enrolledAtMs, invitedBy } = site;
  return {
    siteId,
    status,
    keyId,
    words: fingerprintWords(identityKey).join(' '),
    fingerprint: fingerprintDigits(identityKey),
    colours: fingerprintColours(identityKey)
      .map(({ name }) => name)
      .join(' '),
    identityKey: toBase64(identityKey),
    enrolledAtMs,
    invitedBy,
    decidedBy: site.decidedBy ?? '',
    reason: site.reason ?? '',
    connected: live.of(siteId) !== undefined,
    replacedSockets: live.replacedCount(siteId),
  };
}
