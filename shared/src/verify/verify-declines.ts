/** The check `declines`: who sent nothing in an attempt has signed so, and the log names each of these words. */
import { BUNDLE_PATHS, signedHash } from '../protocol/index.js';
import type { Evidence } from './evidence.js';
import type { Check } from './findings.js';
import { attemptFields, rosterKeysOf, verifySiteDocuments } from './site-documents.js';

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
        check.same({ leafIndex: index }, 'code', leaf.code, decline?.body.code);
      }
    }
  }
}
