/** The check `rosters`: who may take part, step by step, each step logged and signed. */
import { verifyBody, type Signed } from '../crypto/index.js';
import { BUNDLE_PATHS, signedHash, type Roster } from '../protocol/index.js';
import type { Evidence } from './evidence.js';
import type { Check } from './findings.js';
import { rosterLeaves, type RosterLeaf } from './history.js';
import { verifyAddition, verifyRemoval, verifyReplacement } from './roster-steps.js';

const PLACE = { path: BUNDLE_PATHS.rosters };

export function verifyRosters(
  check: Check,
  evidence: Evidence,
  rosters: readonly Signed<Roster>[],
): void {
  const { history, keys, studyId } = evidence;
  const steps = rosterLeaves(history.leaves);
  check.same(PLACE, 'rosters, one for each leaf', steps.length, rosters.length);
  let previous: Roster['sites'] = [];
  for (const [i, roster] of rosters.entries()) {
    check.covers();
    const { body } = roster;
    const epoch = i + 1;
    check.signature(PLACE, `signature of epoch ${epoch}`, () =>
      verifyBody('roster', roster, keys.coordinator),
    );
    check.agrees(PLACE, { studyId, epoch }, body);
    const step = steps[i];
    if (step !== undefined) {
      check.same(PLACE, `hash in leaf ${step.index}`, step.leaf.rosterHash, signedHash(roster));
      check.same({ leafIndex: step.index }, 'epoch', epoch, step.leaf.epoch);
      verifyOthers(check, step, previous, body.sites);
      verifyStep(check, evidence, step, { before: previous, after: body.sites });
    }
    previous = body.sites;
  }
  verifyStart(check, evidence, rosters);
}

/** A step changes nothing but the entry of the site that its leaf names. */
function verifyOthers(
  check: Check,
  { leaf }: RosterLeaf,
  before: Roster['sites'],
  after: Roster['sites'],
): void {
  const others = (sites: Roster['sites']): string =>
    sites
      .filter(({ siteId }) => siteId !== leaf.siteId)
      .map(({ siteId, keyId, identityKey }) => `${siteId} ${keyId} ${identityKey}`)
      .sort()
      .join(', ');
  check.same(PLACE, `other sites of epoch ${leaf.epoch}`, others(before), others(after));
}

function verifyStep(
  check: Check,
  evidence: Evidence,
  step: RosterLeaf,
  sites: { readonly before: Roster['sites']; readonly after: Roster['sites'] },
): void {
  const ofSite = (entries: Roster['sites']): Roster['sites'] =>
    entries.filter(({ siteId }) => siteId === step.leaf.siteId);
  const [before, after] = [ofSite(sites.before), ofSite(sites.after)];
  const { index, leaf } = step;
  const expected = leaf.type === 'roster.revoke' ? 0 : 1;
  check.same(PLACE, `entries of ${leaf.siteId} in epoch ${leaf.epoch}`, expected, after.length);
  switch (leaf.type) {
    case 'roster.add':
      verifyAddition(check, evidence, { index, leaf }, after[0]);
      break;
    case 'roster.rotate':
      verifyReplacement(check, evidence, { index, leaf }, before[0], after[0]);
      break;
    case 'roster.revoke':
      verifyRemoval(check, evidence, { index, leaf }, before[0]);
      break;
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
  const last = rosterLeaves(history.leaves).findLast(({ index }) => index < started.index);
  check.same(place, 'rosterHash', started.leaf.rosterHash, last?.leaf.rosterHash);
  const roster = rosters.find((candidate) => signedHash(candidate) === started.leaf.rosterHash);
  const minSites = documents.studyProtocol?.body.participation.minSites ?? 0;
  const sites = roster?.body.sites.length ?? 0;
  if (sites < minSites) {
    const found = `${sites}`;
    check.fail(place, { what: 'sites at the start', expected: `at least ${minSites}`, found });
  }
}
