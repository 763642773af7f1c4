/**
 * The check `revocations`: whoever was revoked or has withdrawn takes no part any more and does not come back. Attempts that had
 * begun before run to their end.
 */
import type { Signed } from '../crypto/index.js';
import { BUNDLE_PATHS, signedHash, type Roster } from '../protocol/index.js';
import type { SiteId } from '../vocabulary/index.js';
import type { Evidence } from './evidence.js';
import type { Check } from './findings.js';
import { leavesOf, rosterLeaves, type AttemptHistory, type IndexedLeaf } from './history.js';

type End = IndexedLeaf<'site.revoked'> | IndexedLeaf<'study.withdrawn'>;

export function verifyRevocations(
  check: Check,
  evidence: Evidence,
  rosters: readonly Signed<Roster>[],
): void {
  const { leaves, attempts } = evidence.history;
  for (const revoked of leavesOf(leaves, 'site.revoked')) {
    check.covers();
    verifyRevokedKey(check, evidence, revoked);
    verifyLaterRosters(check, evidence, revoked, rosters);
  }
  const ends: End[] = [...leavesOf(leaves, 'site.revoked'), ...leavesOf(leaves, 'study.withdrawn')];
  for (const end of ends) {
    verifyNoReturn(check, evidence, end);
    for (const attempt of attempts) {
      if ((attempt.manifest?.index ?? -1) > end.index) {
        check.covers();
        verifyAbsence(check, evidence, attempt, end.leaf.siteId);
      }
    }
  }
}

/** What is revoked is the key that the log had for the site. */
function verifyRevokedKey(
  check: Check,
  { history }: Evidence,
  { index, leaf }: IndexedLeaf<'site.revoked'>,
): void {
  const { leaves } = history;
  const keys = [...leavesOf(leaves, 'site.enrolled'), ...leavesOf(leaves, 'site.key-rotated')]
    .filter((entry) => entry.leaf.siteId === leaf.siteId && entry.index < index)
    .sort((a, b) => a.index - b.index);
  check.same(
    { leafIndex: index },
    'keyId',
    keys.at(-1)?.leaf.keyId ?? 'of an enrolment',
    leaf.keyId,
  );
}

/** No roster after a revocation has the revoked key, whatever its leaf says. */
function verifyLaterRosters(
  check: Check,
  { history }: Evidence,
  { index, leaf }: IndexedLeaf<'site.revoked'>,
  rosters: readonly Signed<Roster>[],
): void {
  const later = new Set(
    rosterLeaves(history.leaves)
      .filter((step) => step.index > index)
      .map((step) => step.leaf.rosterHash),
  );
  for (const roster of rosters) {
    const has = roster.body.sites.some(({ keyId }) => keyId === leaf.keyId);
    if (has && later.has(signedHash(roster))) {
      const what = `epoch ${roster.body.epoch} after the revocation of ${leaf.siteId}`;
      const expected = `without key ${leaf.keyId}`;
      check.fail({ path: BUNDLE_PATHS.rosters }, { what, expected, found: 'with it' });
    }
  }
}

function verifyNoReturn(check: Check, { history }: Evidence, { index, leaf }: End): void {
  for (const step of leavesOf(history.leaves, 'roster.add')) {
    if (step.leaf.siteId === leaf.siteId && step.index > index) {
      const what = `roster.add of ${leaf.siteId}`;
      check.fail(
        { leafIndex: step.index },
        { what, expected: `none after ${index}`, found: 'one' },
      );
    }
  }
}

function verifyAbsence(
  check: Check,
  { documents }: Evidence,
  { attemptId }: AttemptHistory,
  siteId: SiteId,
): void {
  const read = documents.attempts.get(attemptId);
  const named = (sites: readonly { readonly body: { readonly siteId: SiteId } }[] = []): boolean =>
    sites.some(({ body }) => body.siteId === siteId);
  const places = [
    ['cohort', BUNDLE_PATHS.manifest(attemptId), read?.manifest?.body.cohort.includes(siteId)],
    ['advert', BUNDLE_PATHS.adverts(attemptId), named(read?.adverts)],
    ['header', BUNDLE_PATHS.headers(attemptId), named(read?.headers)],
  ] as const;
  for (const [what, path, isThere] of places) {
    if (isThere === true) {
      const expected = 'none after it was revoked or withdrew';
      check.fail({ path }, { what: `${what} of ${siteId}`, expected, found: 'one' });
    }
  }
}
