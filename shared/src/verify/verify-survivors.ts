/**
 * The check `survivors`: of each secure attempt one list of survivors, endorsed by enough of the sites that dealt shares. Two lists,
 * or a site that endorsed another one, are evidence of a coordinator that tried to learn what a secure sum hides.
 */
import type { Signed } from '../crypto/index.js';
import { canonicalBytes, toBase64 } from '../encoding/index.js';
import { leafHash } from '../log/index.js';
import { BUNDLE_PATHS, type Endorsement } from '../protocol/index.js';
import {
  listsOf,
  mayEndorseAll,
  requireGroups,
  summedBefore,
  summedTrainings,
  type SummedTrainings,
} from '../secagg/index.js';
import type { SiteId } from '../vocabulary/index.js';
import type { Evidence } from './evidence.js';
import type { Check, Place } from './findings.js';
import type { AttemptHistory, IndexedLeaf } from './history.js';
import { secureAttempts, type SecureAttempt } from './secure-attempt.js';
import { rosterKeysOf, sitesText, verifySiteDocuments } from './site-documents.js';

type SurvivorsLeaf = IndexedLeaf<'round.survivors'>;

export function verifySurvivors(check: Check, evidence: Evidence): void {
  const keysOf = rosterKeysOf(check, evidence);
  const attempts = secureAttempts(evidence);
  for (const secure of attempts) {
    const { attempt, read } = secure;
    const lists = survivorLeaves(attempt);
    verifyLists(check, secure, lists);
    if (read.endorsements !== undefined) {
      const place = { path: BUNDLE_PATHS.endorsements(attempt.attemptId) };
      const documents = read.endorsements;
      const keys = keysOf(read);
      const { studyId } = evidence;
      const roundNo = attempt.leaves[0]?.leaf.roundNo ?? 0;
      const expected = { studyId, roundNo, attemptId: attempt.attemptId };
      verifySiteDocuments(check, { place, domain: 'endorsement', documents, keys }, expected);
      verifyEndorsed(check, secure, lists);
    }
  }
  verifyDifferences(check, attempts);
  verifyEarlier(check, attempts);
  verifyNewDeltas(check, attempts);
}

function survivorLeaves({ leaves }: AttemptHistory): SurvivorsLeaf[] {
  return leaves.flatMap(({ index, leaf }) =>
    leaf.type === 'round.survivors' ? [{ index, leaf }] : [],
  );
}

function verifyLists(check: Check, secure: SecureAttempt, lists: readonly SurvivorsLeaf[]): void {
  const { attempt, sharers, required, groups } = secure;
  const [first, ...others] = lists;
  for (const { leaf, index } of lists) {
    check.covers();
    const place = { leafIndex: index };
    for (const siteId of leaf.sites.filter((site) => sharers?.has(site) === false)) {
      check.fail(place, { what: 'survivor', expected: 'one that dealt shares', found: siteId });
    }
    check.attempt(place, 'groups', () => {
      requireGroups(leaf, groups);
    });
    const distinct = new Set(leaf.sites).size;
    check.same(place, 'distinct survivors', leaf.sites.length, distinct);
    if (distinct < required) {
      const expected = `at least ${required}`;
      check.fail(place, { what: 'survivors', expected, found: `${distinct}` });
    }
  }
  for (const { leaf, index } of others) {
    check.fail(
      { leafIndex: index },
      {
        what: `survivors of attempt ${attempt.attemptId}`,
        expected: `once: ${sitesText(first?.leaf.sites ?? [])} in leaf ${first?.index}`,
        found: `another list: ${sitesText(leaf.sites)}`,
      },
    );
  }
}

function verifyEndorsed(
  check: Check,
  { attempt, read, sharers, threshold }: SecureAttempt,
  lists: readonly SurvivorsLeaf[],
): void {
  const place = { path: BUNDLE_PATHS.endorsements(attempt.attemptId) };
  const endorsing = new Set<SiteId>();
  for (const { body } of read.endorsements ?? []) {
    if (sharers?.has(body.siteId) === false) {
      const expected = 'one that dealt shares';
      check.fail(place, { what: 'endorsing site', expected, found: body.siteId });
    } else if (isOfList(check, place, body, lists)) {
      endorsing.add(body.siteId);
    }
  }
  if (attempt.result !== undefined && endorsing.size < threshold) {
    const expected = `at least ${threshold}`;
    check.fail(place, { what: 'endorsing sites', expected, found: `${endorsing.size}` });
  }
}

function isOfList(
  check: Check,
  place: Place,
  endorsed: Endorsement,
  lists: readonly SurvivorsLeaf[],
): boolean {
  const [list] = lists;
  if (list !== undefined && hashOf(list) === endorsed.leafHash) {
    check.same(place, `leafIndex of ${endorsed.siteId}`, list.index, endorsed.leafIndex);
    return true;
  }
  const what = `list that ${endorsed.siteId} endorsed`;
  const expected = list === undefined ? 'one in the log' : `leaf ${list.index}`;
  check.fail(place, { what, expected, found: listText(endorsed, lists) });
  return false;
}

function listText(endorsed: Endorsement, lists: readonly SurvivorsLeaf[]): string {
  const other = lists.find((list) => hashOf(list) === endorsed.leafHash);
  return other === undefined
    ? `a list that is not in the log, said to be leaf ${endorsed.leafIndex}`
    : `leaf ${other.index}: ${sitesText(other.leaf.sites)}`;
}

function hashOf({ leaf }: SurvivorsLeaf): string {
  return toBase64(leafHash(canonicalBytes(leaf)));
}

/**
 * A site endorses a list only if no combination of the sums over it and over every list before it, of the same adapter
 * checkpoint, tells apart too few sites: whoever endorsed one all the same is named.
 */
function verifyDifferences(check: Check, attempts: readonly SecureAttempt[]): void {
  const earlier = new Map<string, readonly (readonly SiteId[])[]>();
  for (const { attempt, read, colluders } of attempts) {
    const checkpoint = read.manifest?.body.adapterCheckpointHash ?? '';
    const before = earlier.get(checkpoint) ?? [];
    const lists = survivorLeaves(attempt);
    const [list] = lists;
    const ruling = mayEndorseAll(before, list === undefined ? [] : listsOf(list.leaf), colluders);
    if (list !== undefined && ruling.kind === 'refused') {
      const place = { path: BUNDLE_PATHS.endorsements(attempt.attemptId) };
      const expected = `nothing told apart about fewer than ${colluders + 2} sites`;
      const found = ruling.cells.map((cell) => sitesText(cell)).join('; ');
      for (const { body } of endorsementsOf(read.endorsements, list)) {
        const what = `list that ${body.siteId} endorsed after others`;
        check.fail(place, { what, expected, found });
      }
    }
    earlier.set(checkpoint, [...before, ...lists.flatMap(({ leaf }) => listsOf(leaf))]);
  }
}

/** The first list of each attempt names every list before it from its adapter checkpoint: sites hold it against those. */
function verifyEarlier(check: Check, attempts: readonly SecureAttempt[]): void {
  const before = new Map<string, readonly SurvivorsLeaf[]>();
  for (const { attempt, read } of attempts) {
    const checkpoint = read.manifest?.body.adapterCheckpointHash ?? '';
    const known = before.get(checkpoint) ?? [];
    const lists = survivorLeaves(attempt);
    const [list] = lists;
    if (list !== undefined) {
      const expected = known.map(({ index }) => `${index}`).join(', ') || 'none';
      const named = (list.leaf.earlier ?? []).join(', ') || 'none';
      check.same({ leafIndex: list.index }, 'earlier lists', expected, named);
    }
    before.set(checkpoint, [...known, ...lists]);
  }
}

/**
 * No two lists from one adapter checkpoint name a site with the same delta: an honest site trains anew, and who endorsed both lists
 * has seen both headers.
 */
function verifyNewDeltas(check: Check, attempts: readonly SecureAttempt[]): void {
  const before = new Map<string, readonly SummedTrainings[]>();
  for (const { attempt, read } of attempts) {
    const checkpoint = read.manifest?.body.adapterCheckpointHash ?? '';
    const earlier = before.get(checkpoint) ?? [];
    const named = new Set(attempt.survivors?.leaf.sites);
    const headers = read.headers?.map(({ body }) => body) ?? [];
    const trainings = summedTrainings(headers.filter(({ siteId }) => named.has(siteId)));
    const place = { path: BUNDLE_PATHS.headers(attempt.attemptId) };
    for (const siteId of summedBefore(earlier, trainings)) {
      const found = `training ${trainings.get(siteId)}, which a list before it names`;
      check.fail(place, { what: `delta of ${siteId}`, expected: 'a new one', found });
    }
    before.set(checkpoint, [...earlier, trainings]);
  }
}

function endorsementsOf(
  endorsements: readonly Signed<Endorsement>[] | undefined,
  list: SurvivorsLeaf,
): readonly Signed<Endorsement>[] {
  const hash = hashOf(list);
  return endorsements?.filter(({ body }) => body.leafHash === hash) ?? [];
}
