/** The check `declines`: who sent nothing in an attempt has signed so, and the log names each of these words. */
import type { Signed } from '../crypto/index.js';
import { BUNDLE_PATHS, peersHash, signedHash, type Decline } from '../protocol/index.js';
import { requireDealt } from '../secagg/index.js';
import type { Evidence, ReadAttempt } from './evidence.js';
import type { Check, Place } from './findings.js';
import type { IndexedLeaf } from './history.js';
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
      for (const logged of attempt.declines) {
        verifyLogged(check, place, logged, documents);
      }
      for (const { body } of documents) {
        verifyComplaint(check, place, { decline: body, keys, read });
      }
    }
  }
}

function verifyLogged(
  check: Check,
  place: Place,
  { leaf, index }: IndexedLeaf<'round.declined'>,
  documents: readonly Signed<Decline>[],
): void {
  const decline = documents.find(({ body }) => body.siteId === leaf.siteId);
  const hash = decline === undefined ? undefined : signedHash(decline);
  const dealer = decline?.body.complaint?.shares.body.siteId;
  check.same(place, `declineHash in leaf ${index}`, leaf.declineHash, hash);
  check.same({ leafIndex: index }, 'code', leaf.code, decline?.body.code);
  check.same({ leafIndex: index }, 'dealer', leaf.dealer ?? 'none', dealer ?? 'none');
}

interface Complaint {
  readonly decline: Decline;
  readonly keys: RosterKeys | undefined;
  readonly read: ReadAttempt;
}

/** That the dealer signed what the holder complains of; which of the two is at fault nobody else can tell. */
function verifyComplaint(check: Check, place: Place, { decline, keys, read }: Complaint): void {
  const { complaint, siteId: holder, attemptId } = decline;
  const { manifest, adverts = [] } = read;
  if (complaint === undefined || keys === undefined || manifest === undefined) {
    return;
  }
  check.attempt(place, `complaint of ${holder}`, () => {
    const peers = adverts.map(({ body: { siteId } }) => {
      return { siteId, identityKey: requireKey(keys, siteId) };
    });
    const hash = peersHash(attemptId, adverts);
    const attempt = { attemptId, manifestHash: signedHash(manifest), peersHash: hash };
    requireDealt({ dealt: complaint, holder, attempt, peers });
  });
}
