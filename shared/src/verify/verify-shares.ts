/** The check `shares`: who dealt shares of its secrets, to which set of adverts, under its own signature; and that all masked for the same set. */
import { BUNDLE_PATHS, sharersHash, type Shares } from '../protocol/index.js';
import { LIMITS, type SiteId } from '../vocabulary/index.js';
import type { Signed } from '../crypto/index.js';
import type { Evidence } from './evidence.js';
import type { Check } from './findings.js';
import { secureAttempts, type SecureAttempt } from './secure-attempt.js';
import { attemptFields, rosterKeysOf, verifySiteDocuments } from './site-documents.js';

export function verifyShares(check: Check, evidence: Evidence): void {
  const keysOf = rosterKeysOf(check, evidence);
  for (const secure of secureAttempts(evidence)) {
    const { attempt, read } = secure;
    verifyLogged(check, secure);
    if (read.shares !== undefined) {
      const place = { path: BUNDLE_PATHS.shares(attempt.attemptId) };
      const documents = read.shares;
      const keys = keysOf(read);
      const expected = {
        ...attemptFields(evidence, attempt, read),
        peersHash: attempt.adverts?.leaf.peersHash ?? 'a set of adverts in the log',
        ...(read.adverts === undefined ? {} : { entries: read.adverts.length }),
      };
      verifySiteDocuments(check, { place, domain: 'shares', documents, keys }, expected);
      verifySet(check, secure, documents);
      verifyMaskedFor(check, secure);
    }
  }
}

/** Each survivor leaf of a secure attempt names a set of sharers, and all of them the same. */
function verifyLogged(check: Check, { attempt }: SecureAttempt): void {
  const named = attempt.survivors?.leaf.sharersHash;
  for (const { leaf, index } of attempt.leaves) {
    if (leaf.type === 'round.survivors') {
      check.same({ leafIndex: index }, 'sharersHash', named ?? 'one', leaf.sharersHash);
    }
  }
}

function verifySet(
  check: Check,
  { attempt, read, required }: SecureAttempt,
  documents: readonly Signed<Shares>[],
): void {
  const { attemptId, survivors } = attempt;
  const place = { path: BUNDLE_PATHS.shares(attemptId) };
  if (survivors?.leaf.sharersHash !== undefined) {
    const what = `sharersHash in leaf ${survivors.index}`;
    check.same(place, what, survivors.leaf.sharersHash, sharersHash(attemptId, documents));
  }
  const advertised = new Set(read.adverts?.map(({ body }) => body.siteId));
  for (const { body } of documents) {
    if (read.adverts !== undefined && !advertised.has(body.siteId)) {
      check.fail(place, { what: 'site', expected: 'one that advertised', found: body.siteId });
    }
  }
  if (documents.length < required || documents.length > LIMITS.secureSites) {
    const expected = `${required} to ${LIMITS.secureSites}`;
    check.fail(place, { what: 'sites that dealt shares', expected, found: `${documents.length}` });
  }
}

/** A site that was shown another set of sharers masked for that one, and says so in its header. */
function verifyMaskedFor(check: Check, { attempt, read, sharers }: SecureAttempt): void {
  const place = { path: BUNDLE_PATHS.headers(attempt.attemptId) };
  const named = attempt.survivors?.leaf.sharersHash;
  for (const { body } of read.headers ?? []) {
    if (body.payload.kind === 'masked' && named !== undefined) {
      check.same(place, `sharersHash of ${body.siteId}`, named, body.payload.sharersHash);
    }
    requireSharer(check, place, body.siteId, sharers);
  }
}

function requireSharer(
  check: Check,
  place: { readonly path: string },
  siteId: SiteId,
  sharers: ReadonlySet<SiteId> | undefined,
): void {
  if (sharers !== undefined && !sharers.has(siteId)) {
    check.fail(place, { what: 'site', expected: 'one that dealt shares', found: siteId });
  }
}
