/** The check `manifests`: each attempt's terms are signed, logged, and those of the protocol, the roster and the chain. */
import { verifyBody } from '../crypto/index.js';
import {
  BUNDLE_PATHS,
  signedHash,
  studyProtocolHash,
  type Manifest,
  type StudyProtocol,
} from '../protocol/index.js';
import { groupsOfCohort, thresholdAfter } from '../secagg/index.js';
import { manifestRoster, type Evidence } from './evidence.js';
import type { Check } from './findings.js';
import { rosterLeaves, type AttemptHistory } from './history.js';
import { groupsText } from './site-documents.js';

export function verifyManifests(check: Check, evidence: Evidence): void {
  for (const attempt of evidence.history.attempts) {
    const manifest = evidence.documents.attempts.get(attempt.attemptId)?.manifest;
    if (manifest !== undefined) {
      check.covers();
      const place = { path: BUNDLE_PATHS.manifest(attempt.attemptId) };
      check.signature(place, 'signature', () =>
        verifyBody('manifest', manifest, evidence.keys.coordinator),
      );
      if (attempt.manifest !== undefined) {
        const { leaf, index } = attempt.manifest;
        check.same(place, `hash in leaf ${index}`, leaf.manifestHash, signedHash(manifest));
      }
      verifyTerms(check, evidence, attempt, manifest.body);
    }
  }
}

function verifyTerms(
  check: Check,
  evidence: Evidence,
  attempt: AttemptHistory,
  body: Manifest,
): void {
  const { attemptId, manifest } = attempt;
  const { studyId, history, documents } = evidence;
  const place = { path: BUNDLE_PATHS.manifest(attemptId) };
  check.agrees(place, { studyId, attemptId }, body);
  if (manifest !== undefined) {
    const { roundNo, attemptNo } = manifest.leaf;
    check.agrees(place, { roundNo, attemptNo }, body);
  }
  const before = history.checkpoints.get(body.roundNo - 1);
  const what = `adapter checkpoint of round ${body.roundNo - 1}`;
  check.same(place, what, before ?? 'one in the log', body.adapterCheckpointHash);
  if (documents.studyProtocol !== undefined) {
    verifyWithinProtocol(check, documents.studyProtocol.body, body);
  }
  verifyRosterLeaf(check, evidence, attempt, body);
  verifyCohort(check, evidence, body);
  verifyThreshold(check, evidence, body);
}

function verifyWithinProtocol(check: Check, protocol: StudyProtocol, body: Manifest): void {
  const { minSites, advertDeadlineMs, roundDeadlineMs } = protocol.participation;
  check.agrees(
    { path: BUNDLE_PATHS.manifest(body.attemptId) },
    {
      studyProtocolHash: studyProtocolHash(protocol),
      backboneHash: protocol.backbone.hash,
      schemaHash: protocol.schemaHash,
      minSites,
      advertDeadlineMs,
      roundDeadlineMs,
    },
    body,
  );
  const place = { path: BUNDLE_PATHS.manifest(body.attemptId) };
  const asked = protocol.acceptance === undefined ? 'nobody' : 'vote';
  check.same(place, 'who is asked', asked, body.acceptance ?? 'nobody');
  check.same(place, 'aggregation', askedFor(protocol), aggregationText(body.aggregation));
  verifyGroups(check, protocol, body);
}

/** They follow from study and cohort, so nobody picked who was summed with whom. */
function verifyGroups(
  check: Check,
  protocol: StudyProtocol,
  { aggregation, attemptId, cohort }: Manifest,
): void {
  const place = { path: BUNDLE_PATHS.manifest(attemptId) };
  const expected = groupsOfCohort(protocol, cohort);
  const groups = aggregation.kind === 'plain' ? undefined : aggregation.groups;
  check.same(place, 'groups', groupsText(expected?.sites), groupsText(groups?.sites));
  check.same(place, 'fewest groups', expected?.fewest ?? 'none', groups?.fewest ?? 'none');
  check.same(place, 'sites of a sum', expected?.minSites ?? 'none', groups?.minSites ?? 'none');
}

function askedFor({ privacy }: StudyProtocol): string {
  return privacy.secureAggregation === 'on' ? secureText(privacy) : 'plain';
}

function aggregationText(aggregation: Manifest['aggregation']): string {
  return aggregation.kind === 'plain' ? 'plain' : secureText(aggregation);
}

function secureText({ colluders }: { readonly colluders: number }): string {
  return `secure against ${colluders} colluding sites`;
}

/** Below it two quorums from one adapter checkpoint might have no honest site in common. */
function verifyThreshold(check: Check, { history, documents }: Evidence, body: Manifest): void {
  const { aggregation, cohort, adapterCheckpointHash } = body;
  if (aggregation.kind === 'secure') {
    const before = history.attempts.findIndex(({ attemptId }) => attemptId === body.attemptId);
    const earlier = history.attempts
      .slice(0, before)
      .map(({ attemptId }) => documents.attempts.get(attemptId)?.manifest?.body)
      .filter((manifest) => manifest?.adapterCheckpointHash === adapterCheckpointHash)
      .map((manifest) => manifest?.cohort ?? []);
    const { colluders, threshold } = aggregation;
    const least = thresholdAfter({ cohort, earlier, colluders });
    if (threshold < least) {
      const place = { path: BUNDLE_PATHS.manifest(body.attemptId) };
      const expected = `at least ${least}`;
      check.fail(place, { what: 'threshold', expected, found: `${threshold}` });
    }
  }
}

/** The roster is the newest one that the log held when the manifest was issued. */
function verifyRosterLeaf(
  check: Check,
  { history }: Evidence,
  { attemptId, manifest }: AttemptHistory,
  body: Manifest,
): void {
  const place = { path: BUNDLE_PATHS.manifest(attemptId) };
  const issuedAt = manifest?.index ?? Infinity;
  const newest = rosterLeaves(history.leaves).findLast(({ index }) => index < issuedAt);
  check.same(place, 'rosterHash', newest?.leaf.rosterHash ?? 'one in the log', body.rosterHash);
  check.same(place, 'rosterLeafIndex', newest?.index ?? 'of a roster', body.rosterLeafIndex);
}

function verifyCohort(check: Check, evidence: Evidence, body: Manifest): void {
  const place = { path: BUNDLE_PATHS.manifest(body.attemptId) };
  const roster = manifestRoster(evidence, body);
  if (roster !== undefined) {
    check.same(place, 'rosterEpoch', roster.epoch, body.rosterEpoch);
    const known = new Set(roster.sites.map(({ siteId }) => siteId));
    for (const siteId of body.cohort.filter((id) => !known.has(id))) {
      check.fail(place, { what: 'cohort', expected: 'sites of the roster', found: siteId });
    }
  }
  const distinct = new Set(body.cohort).size;
  check.same(place, 'distinct sites of the cohort', body.cohort.length, distinct);
  if (distinct < body.minSites) {
    const expected = `at least ${body.minSites}`;
    check.fail(place, { what: 'sites of the cohort', expected, found: `${distinct}` });
  }
}
