/** The check `declines`: who sent nothing in an attempt has signed so, and the log names each of these words. */
import { BUNDLE_PATHS, peersHash, signedHash, type Dealt } from '../protocol/index.js';
import { requireDealt } from '../secagg/index.js';
import type { SiteId } from '../vocabulary/index.js';
import type { Evidence, ReadAttempt } from './evidence.js';
import type { Check, Place } from './findings.js';
import {
  attemptFields,
  requireKey,
  rosterKeysOf,
  verifySiteDocuments,
  type RosterKeys,
} from './site-documents.js';

export function verifyDeclines(check: Check, evidence: Evidence): void {
  const keysOf = rosterKeysOf(check, evidence);
  for (const attempt of evidence.history.attempts) {
    const read = evidence.documents.attempts.get(attempt.attemptId);
    const documents = read?.declines;
    if (read !== undefined && documents !== undefined) {
      const place = { path: BUNDLE_PATHS.declines(attempt.attemptId) };
      const expected = attemptFields(evidence, attempt, read);
      const keys = keysOf(read);
      verifySiteDocuments(check, { place, domain: 'decline', documents, keys }, expected);
      check.same(place, 'declines, one for each leaf', attempt.declines.length, documents.length);
      for (const { leaf, index } of attempt.declines) {
        const decline = documents.find(({ body }) => body.siteId === leaf.siteId);
        const hash = decline === undefined ? undefined : signedHash(decline);
        check.same(place, `declineHash in leaf ${index}`, leaf.declineHash, hash);
        const complaint = decline?.body.complaint;
        const dealer = complaint?.shares.body.siteId ?? 'none';
        check.same({ leafIndex: index }, 'code', leaf.code, decline?.body.code);
        check.same({ leafIndex: index }, 'dealer', leaf.dealer ?? 'none', dealer);
        if (complaint !== undefined && keys !== undefined) {
          verifyComplaint(check, place, { complaint, holder: leaf.siteId, keys, read });
        }
      }
    }
  }
}

interface Complaint {
  readonly complaint: Dealt;
  readonly holder: SiteId;
  readonly keys: RosterKeys;
  readonly read: ReadAttempt;
}

/** That the dealer signed what the holder complains of; which of the two is at fault nobody else can tell. */
function verifyComplaint(
  check: Check,
  place: Place,
  { complaint, holder, keys, read }: Complaint,
): void {
  const { manifest, adverts = [] } = read;
  if (manifest === undefined) {
    return;
  }
  const { attemptId } = manifest.body;
  check.attempt(place, `complaint of ${holder}`, () => {
    const peers = adverts.map(({ body: { siteId } }) => {
      return { siteId, identityKey: requireKey(keys, siteId) };
    });
    const hash = peersHash(attemptId, adverts);
    const attempt = { attemptId, manifestHash: signedHash(manifest), peersHash: hash };
    requireDealt({ dealt: complaint, holder, attempt, peers });
  });
}
