/** The check `evaluations`: measurements of a checkpoint of this study, signed by the site that made them, each logged. */
import { verifyBody, type Signed } from '../crypto/index.js';
import { fromBase64 } from '../encoding/index.js';
import { BUNDLE_PATHS, signedHash, type Evaluation } from '../protocol/index.js';
import type { Evidence } from './evidence.js';
import type { Check } from './findings.js';
import { leavesOf, rosterLeaves } from './history.js';
import { identityBefore } from './identities.js';

const PLACE = { path: BUNDLE_PATHS.evaluations };

export function verifyEvaluations(
  check: Check,
  evidence: Evidence,
  evaluations: readonly Signed<Evaluation>[],
): void {
  const { history, studyId } = evidence;
  const entries = leavesOf(history.leaves, 'evaluation.reported');
  const byHash = new Map(evaluations.map((evaluation) => [signedHash(evaluation), evaluation]));
  check.same(PLACE, 'evaluations, one for each leaf', entries.length, evaluations.length);
  const logged = new Set(entries.map(({ leaf }) => leaf.evaluationHash)).size;
  check.same(PLACE, 'evaluations that a leaf names', logged, evaluations.length);
  for (const { index, leaf } of entries) {
    const evaluation = byHash.get(leaf.evaluationHash);
    if (evaluation === undefined) {
      const found = 'no such evaluation';
      check.fail(PLACE, {
        what: `evaluation of leaf ${index}`,
        expected: leaf.evaluationHash,
        found,
      });
    } else {
      check.same({ leafIndex: index }, 'siteId', evaluation.body.siteId, leaf.siteId);
      verifySignature(check, evidence, index, evaluation);
    }
  }
  for (const evaluation of evaluations) {
    check.covers();
    const { roundNo, adapterCheckpointHash } = evaluation.body;
    check.same(PLACE, 'studyId', studyId, evaluation.body.studyId);
    const checkpoint = history.checkpoints.get(roundNo) ?? 'one in the log';
    check.same(PLACE, `adapter checkpoint of round ${roundNo}`, checkpoint, adapterCheckpointHash);
  }
}

/** The site had approved the study, and signed with the key that the log had for it. */
function verifySignature(
  check: Check,
  { history }: Evidence,
  index: number,
  evaluation: Signed<Evaluation>,
): void {
  const { siteId } = evaluation.body;
  const key = identityBefore(history.leaves, siteId, index);
  const admission = rosterLeaves(history.leaves).findLast(
    ({ leaf, index: step }) => leaf.siteId === siteId && step < index,
  );
  const isMember = admission !== undefined && admission.leaf.type !== 'roster.revoke';
  if (key === undefined || !isMember) {
    const expected = `in a roster before leaf ${index}`;
    check.fail(PLACE, { what: `key of ${siteId}`, expected, found: 'none' });
    return;
  }
  check.signature(PLACE, `signature of ${siteId}`, () =>
    verifyBody('evaluation', evaluation, fromBase64(key)),
  );
}
