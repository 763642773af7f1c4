/** `consilium-agent study approve` and `refuse`: a person's word on a study, in a file that a running agent takes up at once. */
import { answerLine } from '@consilium/shared/command-line';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { canonicalJson } from '@consilium/shared/encoding';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { writeDurably } from '../config/durable-file.js';
import type { Home } from '../config/home.js';
import { withDecision, writeApprovals, type PersonsDecision } from '../policy/approvals.js';
import { requireNone } from '../policy/refusal.js';
import { requireHome } from './arguments.js';
import type { CliTools } from './cli-tools.js';
import { readStudy, studyJson, type StudyView } from './study-view.js';

export interface DecideArguments {
  readonly home?: string;
  readonly by?: string;
  readonly json?: boolean;
}

/** @throws PolicyRefusal when the policy does not allow the study; ConsiliumError 'wrong-state' when it was declined already */
export async function studyApproveCommand(
  study: string,
  given: DecideArguments,
  tools: CliTools,
): Promise<void> {
  const home = requireHome(given.home, tools);
  const view = await readStudy(home, study);
  requireUndeclined(view);
  requireNone(view.refusals);
  await keepProtocol(home, view);
  const after = await record(home, view, 'approved', given);
  if (given.json !== true) {
    for (const { site, fingerprint } of view.members.filter(({ standing }) => standing === 'new')) {
      tools.stderr.write(`new member ${site}: compare its key, ${fingerprint}\n`);
    }
  }
  answer(after, `${after.standing.approvers.length} approved`, given, tools);
}

/** @throws ConsiliumError 'wrong-state' when this site takes part already: then it can only withdraw */
export async function studyRefuseCommand(
  study: string,
  given: DecideArguments,
  tools: CliTools,
): Promise<void> {
  const home = requireHome(given.home, tools);
  const view = await readStudy(home, study);
  requireUndeclined(view);
  if (view.state.join !== undefined) {
    throw new ConsiliumError(
      'wrong-state',
      `this site takes part in ${study} already: "consilium-agent withdraw ${study}" leaves it`,
    );
  }
  answer(await record(home, view, 'refused', given), 'refused', given, tools);
}

/** Where the text of approved protocols is kept, for comparison with later ones. */
export function protocolFile({ approvalsFolder }: Home, hash: string): string {
  return join(approvalsFolder, 'protocols', `${hash.replace('sha256:', '')}.json`);
}

function requireUndeclined({ state }: StudyView): void {
  if (state.join?.body.decision.kind === 'decline' || state.withdrawn !== undefined) {
    throw new ConsiliumError(
      'wrong-state',
      `this site has left the study ${state.studyId} or declined it; that is final`,
    );
  }
}

async function record(
  home: Home,
  view: StudyView,
  decision: PersonsDecision['decision'],
  { by }: DecideArguments,
): Promise<StudyView> {
  const { state, approvals, hash, policy, members } = view;
  await writeApprovals(
    home,
    withDecision(approvals, state.studyId, {
      by: by ?? userInfo().username,
      at: new Date().toISOString(),
      decision,
      studyProtocolHash: hash,
      members: members.map(({ site, key }) => ({ site, key })),
      policyHash: policy.hash,
    }),
  );
  return readStudy(home, state.studyId);
}

async function keepProtocol(home: Home, { protocol, hash }: StudyView): Promise<void> {
  await writeDurably(protocolFile(home, hash), canonicalJson(protocol));
}

function answer(
  view: StudyView,
  word: string,
  { json }: DecideArguments,
  { stdout }: CliTools,
): void {
  const { people } = view.policy.policy.approval;
  const missing = people - view.standing.approvers.length;
  const more = word === 'refused' || missing <= 0 ? '' : `, ${missing} more must approve`;
  stdout.write(
    json === true ? answerLine(studyJson(view)) : `study ${view.state.studyId}: ${word}${more}\n`,
  );
}
