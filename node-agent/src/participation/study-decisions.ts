/** A person's word on a study, in a file that a running agent takes up at once. */
import { join } from 'node:path';
import { canonicalJson } from '@consilium/shared/encoding';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { writeDurably } from '../config/durable-file.js';
import type { Home } from '../config/home.js';
import { withDecision, writeApprovals, type PersonsDecision } from '../policy/approvals.js';
import { requireNone } from '../policy/refusal.js';
import { hasDeclined } from './second-thoughts.js';
import { readStudy, type StudyView } from './study-view.js';

export interface StudyDecision {
  readonly home: Home;
  readonly study: string;
  /** Who decides; the name stays here. */
  readonly by: string;
  readonly at: Date;
}

/**
 * Approves the protocol as it is now, and the members that are there now. A site that declined the study before joins it then.
 * @returns the study as it stands then, and the members that nobody had approved before
 * @throws PolicyRefusal when the policy does not allow the study; ConsiliumError 'wrong-state' when the site has left it
 */
export async function approveStudy(
  order: StudyDecision,
): Promise<{ readonly view: StudyView; readonly newMembers: StudyView['members'] }> {
  const { home, study } = order;
  const view = await readStudy(home, study);
  requireNotLeft(view);
  requireNone(view.refusals);
  await writeDurably(protocolFile(home, view.hash), canonicalJson(view.protocol));
  const newMembers = view.members.filter(({ standing }) => standing === 'new');
  return { view: await record(order, view, 'approved'), newMembers };
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
  return record(order, view, 'refused');
}

/** Where the text of approved protocols is kept, for comparison with later ones. */
export function protocolFile({ approvalsFolder }: Home, hash: string): string {
  return join(approvalsFolder, 'protocols', `${hash.replace('sha256:', '')}.json`);
}

function requireNotLeft({ state }: StudyView): void {
  if (state.withdrawn !== undefined) {
    const message = `this site has left the study ${state.studyId}; that is final`;
    throw new ConsiliumError('wrong-state', message);
  }
}

async function record(
  { home, by, at }: StudyDecision,
  { state, approvals, hash, policy, members }: StudyView,
  decision: PersonsDecision['decision'],
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
