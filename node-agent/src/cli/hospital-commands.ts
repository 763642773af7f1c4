/** The commands with which people of the hospital decide: `study`, `policy`, `pause`, `resume`, `withdraw`. */
import { answerLine } from '@consilium/shared/command-line';
import type { Command } from 'commander';
import { readStudies, readStudy } from '../participation/study-view.js';
import { wordFor } from '../participation/study-word.js';
import { requireHome } from './arguments.js';
import type { CliTools } from './cli-tools.js';
import { addMemberCommands } from './member-commands.js';
import {
  policyApplyCommand,
  policyCheckCommand,
  policyShowCommand,
  type PolicyArguments,
} from './policy-commands.js';
import {
  studyApproveCommand,
  studyRefuseCommand,
  type ApproveArguments,
  type DecideArguments,
} from './study-decide.js';
import { studyDiffCommand, type DiffArguments } from './study-diff.js';
import { studyDryRunCommand, type DryRunArguments } from './study-dry-run.js';
import { studyJson, studySentences } from './study-sentences.js';
import {
  pauseCommand,
  resumeCommand,
  withdrawCommand,
  type PauseArguments,
  type SwitchArguments,
  type WithdrawArguments,
} from './switches.js';

interface StudyArguments {
  readonly home?: string;
  readonly json?: boolean;
}

export function addHospitalCommands(program: Command, tools: CliTools): void {
  addMemberCommands(program, tools);
  addStudyCommands(
    program.command('study').description('decide on the studies that are offered'),
    tools,
  );
  addPolicyCommands(program.command('policy').description('what this hospital allows'), tools);
  withHome(program.command('pause'))
    .description('stop now: the attempt under way is declined, no update leaves')
    .option('--after-round', 'finish the attempt under way, begin no other')
    .action((given: PauseArguments) => pauseCommand(given, tools));
  withHome(program.command('resume'))
    .description('take part again, from the next attempt on')
    .action((given: SwitchArguments) => resumeCommand(given, tools));
  withHome(program.command('withdraw'))
    .description('leave a study for good and delete its files here; journal and receipts stay')
    .argument('<study>', 'id of the study')
    .option('--yes', 'do it without a question')
    .action((study: string, given: WithdrawArguments) => withdrawCommand(study, given, tools));
}

function addStudyCommands(study: Command, tools: CliTools): void {
  const one = (name: string, description: string): Command =>
    withHome(study.command(name)).description(description).argument('<study>', 'id of the study');
  withHome(study.command('list'))
    .description('the studies that were offered, and how this site stands to them')
    .action((given: StudyArguments) => studyListCommand(given, tools));
  one('show', 'what a study is for, what leaves, who takes part, what the policy says').action(
    (id: string, given: StudyArguments) => studyShowCommand(id, given, tools),
  );
  one('diff', 'what changes against the protocol that was approved last').action(
    (id: string, given: DiffArguments) => studyDiffCommand(id, given, tools),
  );
  one('approve', 'approve a study')
    .option('--by <name>', 'who approves; the name stays here')
    .option('--members', 'approve the members that are new too: you have compared their keys')
    .action((id: string, given: ApproveArguments) => studyApproveCommand(id, given, tools));
  one('refuse', 'refuse a study; the coordinator is told')
    .option('--by <name>', 'who refuses; the name stays here')
    .action((id: string, given: DecideArguments) => studyRefuseCommand(id, given, tools));
  one('dry-run', 'one whole round with the data of this site; nothing is sent').action(
    (id: string, given: DryRunArguments) => studyDryRunCommand(id, given, tools),
  );
}

function addPolicyCommands(policy: Command, tools: CliTools): void {
  policy
    .command('check')
    .description('say what is wrong with a policy file')
    .argument('<file>', 'a policy.yaml')
    .option('--json', 'one JSON object')
    .action((file: string, given: PolicyArguments) => policyCheckCommand(file, given, tools));
  withHome(policy.command('show'))
    .description('the policy that holds, with every default, and its hash')
    .action((given: PolicyArguments) => policyShowCommand(given, tools));
  withHome(policy.command('apply'))
    .description('make a file the policy of this site')
    .argument('<file>', 'a policy.yaml')
    .action((file: string, given: PolicyArguments) => policyApplyCommand(file, given, tools));
}

async function studyListCommand(given: StudyArguments, tools: CliTools): Promise<void> {
  const studies = await readStudies(requireHome(given.home, tools));
  if (given.json === true) {
    const list = studies.map((view) => ({ ...studyJson(view), state: wordFor(view.state) }));
    tools.stdout.write(answerLine(list));
    return;
  }
  for (const { state, protocol, refusals } of studies) {
    const against = refusals.length === 0 ? '' : ` (${refusals.length} refusals of the policy)`;
    tools.stdout.write(`${state.studyId}: ${wordFor(state)}${against}, ${protocol.title}\n`);
  }
  if (studies.length === 0) {
    tools.stdout.write('no study was offered yet: "consilium-agent run" asks the coordinator\n');
  }
}

async function studyShowCommand(
  study: string,
  given: StudyArguments,
  tools: CliTools,
): Promise<void> {
  const view = await readStudy(requireHome(given.home, tools), study);
  tools.stdout.write(
    given.json === true
      ? answerLine({ ...studyJson(view), state: wordFor(view.state) })
      : `${studySentences(view).join('\n')}\n`,
  );
}

function withHome(command: Command): Command {
  return command
    .option('--home <dir>', 'home folder of the agent')
    .option('--json', 'one JSON object');
}
