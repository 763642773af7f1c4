/** What holds for every document that sites sign in an attempt: one a site, by its roster key, for this attempt and manifest. */
import { verifyBody, type Signed, type SigningDomain } from '../crypto/index.js';
import type { JsonObject } from '../encoding/index.js';
import { BUNDLE_PATHS, signedHash } from '../protocol/index.js';
import { ConsiliumError, type AttemptId, type SiteId, type StudyId } from '../vocabulary/index.js';
import { manifestRoster, rosterKeys, type Evidence, type ReadAttempt } from './evidence.js';
import type { Check, Place } from './findings.js';
import type { AttemptHistory } from './history.js';

type SiteBody = JsonObject & {
  readonly siteId: SiteId;
  readonly studyId: StudyId;
  readonly roundNo: number;
  readonly attemptId: AttemptId;
};

export type RosterKeys = ReadonlyMap<SiteId, Uint8Array>;

/**
 * The keys to check the sites' signatures of each attempt with: those of the roster that its manifest names. A roster that is
 * missing is one failure, not one for each signature that hangs on it.
 */
export function rosterKeysOf(
  check: Check,
  evidence: Evidence,
): (attempt: ReadAttempt) => RosterKeys | undefined {
  const place = { path: BUNDLE_PATHS.rosters };
  let isReported = false;
  return ({ manifest }) => {
    const roster = manifest && manifestRoster(evidence, manifest.body);
    if (roster !== undefined) {
      return check.attempt(place, 'keys of the sites', () => rosterKeys(roster));
    }
    if (!isReported) {
      const expected = 'in the roster that the manifest names';
      check.fail(place, { what: 'keys of the sites', expected, found: 'no such roster' });
      isReported = true;
    }
    return undefined;
  };
}

export interface SiteDocuments<T extends SiteBody> {
  readonly place: Place;
  readonly domain: SigningDomain;
  readonly documents: readonly Signed<T>[];
  /** Identity keys by site; undefined leaves the signatures unchecked, as `rosterKeysOf` said. */
  readonly keys: RosterKeys | undefined;
}

export function verifySiteDocuments<T extends SiteBody>(
  check: Check,
  { place, domain, documents, keys }: SiteDocuments<T>,
  expected: Readonly<Record<string, string | number>>,
): void {
  for (const document of documents) {
    check.covers();
    const { siteId } = document.body;
    if (keys !== undefined) {
      check.signature(place, `signature of ${siteId}`, () =>
        verifyBody(domain, document, requireKey(keys, siteId)),
      );
    }
    check.agrees(place, expected, document.body);
  }
  const distinct = new Set(documents.map(({ body }) => body.siteId)).size;
  check.same(place, 'documents, one a site', distinct, documents.length);
}

/** What a site's document must say of the attempt that it is for, as the log and the manifest have it. */
export function attemptFields(
  { studyId }: Evidence,
  { attemptId, manifest }: AttemptHistory,
  documents: ReadAttempt,
): Record<string, string | number> {
  const hash =
    manifest?.leaf.manifestHash ?? (documents.manifest && signedHash(documents.manifest));
  return {
    studyId,
    attemptId,
    ...(manifest === undefined ? {} : { roundNo: manifest.leaf.roundNo }),
    ...(hash === undefined ? {} : { manifestHash: hash }),
  };
}

/** Site lists are compared as sets: their order means nothing. */
export function sitesText(sites: Iterable<SiteId>): string {
  return [...sites].sort().join(', ');
}

/** The groups of an attempt in their order, which is that of their sums. */
export function groupsText(groups: readonly (readonly SiteId[])[] | undefined): string {
  return groups === undefined || groups.length === 0 ? 'none' : groups.map(sitesText).join('; ');
}

/** @throws ConsiliumError 'unknown-key' */
export function requireKey(keys: RosterKeys, siteId: SiteId): Uint8Array {
  const key = keys.get(siteId);
  if (key === undefined) {
    throw new ConsiliumError('unknown-key', `${siteId} is not in the roster of the study`);
  }
  return key;
}
