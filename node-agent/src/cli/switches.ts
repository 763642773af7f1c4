/** `consilium-agent pause`, `resume`, `withdraw`: switches in the home folder, which work without the coordinator. */
import { answerLine, requireConsent } from '@consilium/shared/command-line';
import {
  pauseSite,
  requireKnownStudy,
  resumeSite,
  withdrawSite,
} from '../participation/switches.js';
import type { Control } from '../policy/control.js';
import { requireHome } from './arguments.js';
import type { CliTools } from './cli-tools.js';

export interface SwitchArguments {
  readonly home?: string;
  readonly json?: boolean;
}

export interface WithdrawArguments extends SwitchArguments {
  readonly yes?: boolean;
}

export interface PauseArguments extends SwitchArguments {
  readonly afterRound?: boolean;
}

export async function pauseCommand(given: PauseArguments, tools: CliTools): Promise<void> {
  const pause = given.afterRound === true ? 'after-round' : 'now';
  const control = await pauseSite(requireHome(given.home, tools), pause);
  answer(
    control,
    given,
    tools,
    {
      now: 'paused: no update leaves until you resume\n',
      'after-round': 'paused: what is under way is finished, nothing more is begun\n',
    }[pause],
  );
}

export async function resumeCommand(given: SwitchArguments, tools: CliTools): Promise<void> {
  const control = await resumeSite(requireHome(given.home, tools));
  answer(control, given, tools, 'resumed: this site takes part from the next attempt on\n');
}

/** @throws ConsiliumError 'not-found' */
export async function withdrawCommand(
  study: string,
  given: WithdrawArguments,
  tools: CliTools,
): Promise<void> {
  const home = requireHome(given.home, tools);
  const studyId = requireKnownStudy(home, study);
  await requireConsent({
    what: `This site leaves ${studyId} for good, and its files here are deleted.`,
    yes: given.yes === true,
    ask: tools.ask,
  });
  answer(
    await withdrawSite(home, studyId),
    given,
    tools,
    `withdrawn from ${study}: its files here are deleted, and the coordinator is told when it can be reached\n`,
  );
}

function answer(
  control: Control,
  { json }: SwitchArguments,
  { stdout }: CliTools,
  words: string,
): void {
  stdout.write(json === true ? answerLine(control) : words);
}
