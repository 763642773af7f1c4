/** What is fixed of a site as people are shown it: who let it in, how its key reads; and whether it is connected. */
import type { SiteView } from '@consilium/shared/answers';
import { fingerprintColours, fingerprintDigits, fingerprintWords } from '@consilium/shared/crypto';
import { toBase64 } from '@consilium/shared/encoding';
import type { LiveSites } from './live-sites.js';
import type { Site } from './sites.repository.js';

export function siteView(site: Site, live: LiveSites): SiteView {
  const { siteId, status, keyId, identityKey, enrolledAtMs, invitedBy, decidedAtMs } = site;
  const present = live.of(siteId);
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
    ...(decidedAtMs === undefined ? {} : { decidedAtMs }),
    reason: site.reason ?? '',
    connected: present !== undefined,
    ...(present === undefined ? {} : { connectedSinceMs: present.sinceMs }),
    replacedSockets: live.replacedCount(siteId),
  };
}
