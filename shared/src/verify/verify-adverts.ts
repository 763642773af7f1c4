/** The check `adverts`: the set of sites of each attempt and their weights, under the sites' own signatures. */
import { checkBoxPublicKey, type Signed } from '../crypto/index.js';
import { fromBase64 } from '../encoding/index.js';
import { BUNDLE_PATHS, peersHash, type Advert } from '../protocol/index.js';
import { aggregationKind, type Evidence } from './evidence.js';
import type { Check } from './findings.js';
import type { AttemptHistory } from './history.js';
import { attemptFields, rosterKeysOf, sitesText, verifySiteDocuments } from './site-documents.js';

export function verifyAdverts(check: Check, evidence: Evidence): void {
  const keysOf = rosterKeysOf(check, evidence);
  const seenKeys = new Set<string>();
  for (const attempt of evidence.history.attempts) {
    const read = evidence.documents.attempts.get(attempt.attemptId);
    if (read?.adverts !== undefined) {
      const place = { path: BUNDLE_PATHS.adverts(attempt.attemptId) };
      const expected = attemptFields(evidence, attempt, read);
      const documents = read.adverts;
      const keys = keysOf(read);
      verifySiteDocuments(check, { place, domain: 'advert', documents, keys }, expected);
      verifySet(check, attempt, documents);
      verifyMembership(check, attempt, documents, read.manifest?.body.cohort);
      verifySecureParts(check, attempt, aggregationKind(read), documents);
      verifyFreshness(check, attempt, documents, seenKeys);
    }
  }
}

function verifySet(
  check: Check,
  { attemptId, adverts, survivors }: AttemptHistory,
  documents: readonly Signed<Advert>[],
): void {
  if (adverts === undefined) {
    return;
  }
  const place = { path: BUNDLE_PATHS.adverts(attemptId) };
  const { leaf, index } = adverts;
  check.same(place, `peersHash in leaf ${index}`, leaf.peersHash, peersHash(attemptId, documents));
  const sites = sitesText(documents.map(({ body }) => body.siteId));
  check.same({ leafIndex: index }, 'sites', sites, sitesText(leaf.sites));
  if (survivors !== undefined) {
    const where = { leafIndex: survivors.index };
    check.same(where, 'peersHash', leaf.peersHash, survivors.leaf.peersHash);
  }
}

function verifyMembership(
  check: Check,
  { attemptId }: AttemptHistory,
  documents: readonly Signed<Advert>[],
  cohort: readonly string[] | undefined,
): void {
  const members = new Set(cohort);
  for (const { body } of documents) {
    if (cohort !== undefined && !members.has(body.siteId)) {
      check.fail(
        { path: BUNDLE_PATHS.adverts(attemptId) },
        { what: 'site', expected: 'in the cohort', found: body.siteId },
      );
    }
  }
}

/** A key used twice would mean an advert, or its keys, were taken from another attempt, or stand for two secrets at once. */
function verifyFreshness(
  check: Check,
  { attemptId }: AttemptHistory,
  documents: readonly Signed<Advert>[],
  seenKeys: Set<string>,
): void {
  const place = { path: BUNDLE_PATHS.adverts(attemptId) };
  for (const { body } of documents) {
    const keys: [use: string, key: string][] = [['transport', body.transportKey]];
    if (body.secure !== undefined) {
      keys.push(['mask', body.secure.maskKey]);
    }
    for (const [use, key] of keys) {
      if (seenKeys.has(key)) {
        const what = `${use} key of ${body.siteId}`;
        check.fail(place, { what, expected: 'fresh', found: 'used before' });
      }
      seenKeys.add(key);
    }
  }
}

/** A secure attempt needs a mask key of each site, a plain one has no use for it. */
function verifySecureParts(
  check: Check,
  { attemptId }: AttemptHistory,
  kind: 'plain' | 'secure',
  documents: readonly Signed<Advert>[],
): void {
  const place = { path: BUNDLE_PATHS.adverts(attemptId) };
  const expected = kind === 'secure' ? 'one' : 'none';
  for (const { body } of documents) {
    const { secure, siteId } = body;
    const what = `mask key of ${siteId}`;
    check.same(place, what, expected, secure === undefined ? 'none' : 'one');
    if (secure !== undefined) {
      check.attempt(place, what, () => {
        checkBoxPublicKey(fromBase64(secure.maskKey));
      });
    }
  }
}
