/** `consilium-agent study approve` and `refuse`: a person's word on a study. */
import { answerLine } from '@consilium/shared/command-line';
import { userInfo } from 'node:os';
import { approveStudy, refuseStudy } from '../participation/study-decisions.js';
import type { StudyView } from '../participation/study-view.js';
import { requireHome } from './arguments.js';
import type { CliTools } from './cli-tools.js';
import { newMemberLines, studyJson } from './study-sentences.js';

export interface DecideArguments {
  readonly home?: string;
  readonly by?: string;
  readonly json?: boolean;
}

export interface ApproveArguments extends DecideArguments {
  readonly members?: boolean;
}

/** @throws PolicyRefusal when the policy does not allow the study; ConsiliumError 'wrong-state' when this site has left it */
export async function studyApproveCommand(
  study: string,
  given: ApproveArguments,
  tools: CliTools,
): Promise<void> {
  const withMembers = given.members === true;
  const { view, newMembers } = await approveStudy({
    ...decision(study, given, tools),
    hasCompared: () => withMembers,
  });
  if (given.json !== true && newMembers.length > 0) {
    tools.stderr.write(
      `${newMemberLines(newMembers).join('\n')}\n${withMembers ? '' : `Or, once you have compared these keys: study approve ${study} --members\n`}`,
    );
  }
  answer(view, `${view.standing.approvers.length} approved`, given, tools);
}

/** @throws ConsiliumError 'wrong-state' when this site takes part already: then it can only withdraw */
export async function studyRefuseCommand(
  study: string,
  given: DecideArguments,
  tools: CliTools,
): Promise<void> {
  answer(await refuseStudy(decision(study, given, tools)), 'refused', given, tools);
}

function decision(study: string, given: DecideArguments, tools: CliTools) {
  const home = requireHome(given.home, tools);
  return { home, study, by: given.by ?? userInfo().username, at: new Date() };
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
  const but =
    word !== 'refused' && view.standing.state === 'refused'
      ? ', but the refusal of somebody else stands until that person approves'
      : '';
  stdout.write(
    json === true
      ? answerLine(studyJson(view))
      : `study ${view.state.studyId}: ${word}${more}${but}\n`,
  );
}
