/** The check `rosters`: who may take part, step by step, each step logged and signed. */
import { verifyBody, type Signed } from '../crypto/index.js';
import { BUNDLE_PATHS, signedHash, studyProtocolHash, type Roster } from '../protocol/index.js';
import type { Evidence } from './evidence.js';
import type { Check } from './findings.js';
import { leavesOf, type IndexedLeaf } from './history.js';
import { enrolledBefore } from './verify-joins.js';

const PLACE = { path: BUNDLE_PATHS.rosters };

export function verifyRosters(
  check: Check,
  evidence: Evidence,
  rosters: readonly Signed<Roster>[],
): void {
  const { history, keys, studyId } = evidence;
  const steps = leavesOf(history.leaves, 'roster.add');
  check.same(PLACE, 'rosters, one for each leaf', steps.length, rosters.length);
  let previous: Roster['sites'] = [];
  for (const [i, roster] of rosters.entries()) {
    check.covers();
    const { body } = roster;
    const epoch = i + 1;
    check.attempt(PLACE, `signature of epoch ${epoch}`, () =>
      verifyBody('roster', roster, keys.coordinator),
    );
    check.agrees(PLACE, { studyId, epoch }, body);
    const step = steps[i];
    if (step !== undefined) {
      check.same(PLACE, `hash in leaf ${step.index}`, step.leaf.rosterHash, signedHash(roster));
      check.same({ leafIndex: step.index }, 'epoch', epoch, step.leaf.epoch);
      verifyStep(check, step, previous, body.sites);
      verifyAdmission(check, evidence, step);
      verifyIdentities(check, history.leaves, step, body.sites);
    }
    previous = body.sites;
  }
  verifyStart(check, evidence, rosters);
}

type RosterSite = Roster['sites'][number];

/** The new roster is the old one with the leaf's site added, or its key exchanged. */
function verifyStep(
  check: Check,
  { leaf }: IndexedLeaf<'roster.add'>,
  before: readonly RosterSite[],
  after: readonly RosterSite[],
): void {
  const others = (sites: readonly RosterSite[]): string =>
    sites
      .filter(({ siteId }) => siteId !== leaf.siteId)
      .map(({ siteId, keyId }) => `${siteId} ${keyId}`)
      .sort()
      .join(', ');
  const own = after.filter(({ siteId }) => siteId === leaf.siteId);
  check.same(PLACE, `other sites of epoch ${leaf.epoch}`, others(before), others(after));
  check.same(PLACE, `entries of ${leaf.siteId} in epoch ${leaf.epoch}`, 1, own.length);
  check.same(PLACE, `key of ${leaf.siteId}`, leaf.keyId, own[0]?.keyId);
}

/** Nobody is in a roster without having approved the study protocol before. */
function verifyAdmission(
  check: Check,
  { history, documents }: Evidence,
  step: IndexedLeaf<'roster.add'>,
): void {
  const approval = leavesOf(history.leaves, 'study.approved').findLast(
    ({ leaf, index }) => leaf.siteId === step.leaf.siteId && index < step.index,
  );
  const place = { leafIndex: step.index };
  if (approval === undefined) {
    const what = `approval of ${step.leaf.siteId}`;
    check.fail(place, { what, expected: 'a leaf before', found: 'missing' });
  } else if (documents.studyProtocol !== undefined) {
    const expected = studyProtocolHash(documents.studyProtocol.body);
    const what = 'studyProtocolHash';
    check.same({ leafIndex: approval.index }, what, expected, approval.leaf.studyProtocolHash);
  }
}

/** The keys of the roster are those that the sites enrolled with, so the coordinator cannot slip in keys of its own later. */
function verifyIdentities(
  check: Check,
  leaves: readonly IndexedLeaf[],
  step: IndexedLeaf<'roster.add'>,
  sites: readonly RosterSite[],
): void {
  const own = sites.filter(({ siteId }) => siteId === step.leaf.siteId);
  for (const { siteId, identityKey, keyId } of own) {
    const enrolled = enrolledBefore(leaves, siteId, step.index)?.leaf;
    check.same(PLACE, `enrolled key of ${siteId}`, identityKey, enrolled?.identityKey);
    check.same(PLACE, `enrolled key id of ${siteId}`, keyId, enrolled?.keyId);
  }
}

function verifyStart(
  check: Check,
  { history, documents }: Evidence,
  rosters: readonly Signed<Roster>[],
): void {
  const { started } = history;
  if (started === undefined) {
    return;
  }
  const place = { leafIndex: started.index };
  const last = leavesOf(history.leaves, 'roster.add').findLast(
    ({ index }) => index < started.index,
  );
  check.same(place, 'rosterHash', started.leaf.rosterHash, last?.leaf.rosterHash);
  const roster = rosters.find((candidate) => signedHash(candidate) === started.leaf.rosterHash);
  const minSites = documents.studyProtocol?.body.participation.minSites ?? 0;
  const sites = roster?.body.sites.length ?? 0;
  if (sites < minSites) {
    const found = `${sites}`;
    check.fail(place, { what: 'sites at the start', expected: `at least ${minSites}`, found });
  }
}
