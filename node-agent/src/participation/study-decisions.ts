/** A person's word on a study, in a file that a running agent takes up at once. */
import { join } from 'node:path';
import { canonicalJson } from '@consilium/shared/encoding';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { writeDurably } from '../config/durable-file.js';
import type { Home } from '../config/home.js';
import {
  isSamePerson,
  withDecision,
  writeApprovals,
  type PersonsDecision,
} from '../policy/approvals.js';
import { requireNone } from '../policy/refusal.js';
import type { Member } from '../policy/round-refusals.js';
import { hasDeclined } from './second-thoughts.js';
import { readStudy, type StudyView } from './study-view.js';

export interface StudyDecision {
  readonly home: Home;
  readonly study: string;
  /** Who decides; the name stays here. */
  readonly by: string;
  readonly at: Date;
}

export interface StudyApproval extends StudyDecision {
  /** Whether the person has compared the member's key with that hospital, and approves it too. */
  readonly hasCompared: (member: Member) => boolean;
}

/**
 * Approves the protocol as it is now. A site that declined the study before joins it then.
 * @returns the study as it stands then, and the members that are still new
 * @throws PolicyRefusal when the policy does not allow the study; ConsiliumError 'wrong-state' when the site has left it
 */
export async function approveStudy(
  order: StudyApproval,
): Promise<{ readonly view: StudyView; readonly newMembers: StudyView['members'] }> {
  const { home, study } = order;
  const view = await readStudy(home, study);
  requireNotLeft(view);
  requireNone(view.refusals);
  await writeDurably(protocolFile(home, view.hash), canonicalJson(view.protocol));
  const compared = view.members.filter(order.hasCompared);
  // Each once: a person counts once for a member.
  const kept = approvedBefore(order, view).filter(
    (before) => !compared.some(({ site, key }) => site === before.site && key === before.key),
  );
  const members = [...kept, ...compared];
  const after = await record(order, view, { decision: 'approved', members });
  return { view: after, newMembers: after.members.filter(({ standing }) => standing === 'new') };
}

/** @throws ConsiliumError 'wrong-state' when this site takes part already, then it can only withdraw, or has declined or left */
export async function refuseStudy(order: StudyDecision): Promise<StudyView> {
  const { home, study } = order;
  const view = await readStudy(home, study);
  requireNotLeft(view);
  if (hasDeclined(view.state)) {
    throw new ConsiliumError('wrong-state', `this site has declined ${study} already`);
  }
  if (view.state.join !== undefined) {
    throw new ConsiliumError(
      'wrong-state',
      `this site takes part in ${study} already: "consilium-agent withdraw ${study}" leaves it`,
    );
  }
  return record(order, view, { decision: 'refused', members: [] });
}

/** Where the text of approved protocols is kept, for comparison with later ones. */
export function protocolFile({ approvalsFolder }: Home, hash: string): string {
  return join(approvalsFolder, 'protocols', `${hash.replace('sha256:', '')}.json`);
}

/** Members that the same person approved with this protocol: approving again takes none of them back. */
function approvedBefore({ by }: StudyDecision, { approvals, hash }: StudyView): readonly Member[] {
  return (approvals?.decisions ?? [])
    .filter((made) => isSamePerson(made.by, by) && made.studyProtocolHash === hash)
    .flatMap(({ members }) => members);
}

function requireNotLeft({ state }: StudyView): void {
  if (state.withdrawn !== undefined) {
    const message = `this site has left the study ${state.studyId}; that is final`;
    throw new ConsiliumError('wrong-state', message);
  }
}

async function record(
  { home, by, at }: StudyDecision,
  { state, approvals, hash, policy }: StudyView,
  { decision, members }: { decision: PersonsDecision['decision']; members: readonly Member[] },
): Promise<StudyView> {
  await writeApprovals(
    home,
    withDecision(approvals, state.studyId, {
      by,
      at: at.toISOString(),
      decision,
      studyProtocolHash: hash,
      members: members.map(({ site, key }) => ({ site, key })),
      policyHash: policy.hash,
    }),
  );
  return readStudy(home, state.studyId);
}
