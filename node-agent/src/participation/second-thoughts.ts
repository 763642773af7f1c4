/**
 * A study that this site declined, and that its people approved afterwards. An approval from before says nothing: the decline may
 * have been over something else, such as a data set that was too small, which is looked at anew once a person asks for it.
 */
import { studyProtocolHash } from '@consilium/shared/protocol';
import { standingOf } from '../policy/approvals.js';
import type { Decisions } from '../policy/decisions.js';
import type { StudyState } from './agent-state.js';

export function hasDeclined({ join }: StudyState): boolean {
  return join?.body.decision.kind === 'decline';
}

/** @returns true once as many people as the policy asks for approve, one of them since the decline; undefined before, to be waited for */
export function isApprovedSince(
  { studyId, offer, joinAtMs = 0 }: StudyState,
  { approvals, policy }: Decisions,
): true | undefined {
  const ofStudy = approvals.get(studyId);
  const hash = studyProtocolHash(offer.protocol.body);
  const { state } = standingOf(ofStudy, hash, policy.approval.people);
  const isNew = (ofStudy?.decisions ?? []).some(
    ({ decision, at, studyProtocolHash: of }) =>
      decision === 'approved' && of === hash && Date.parse(at) > joinAtMs,
  );
  return (state === 'approved' && isNew) || undefined;
}
