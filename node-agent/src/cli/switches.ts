/** `consilium-agent pause`, `resume`, `withdraw`: switches in the home folder, which work without the coordinator. */
import { answerLine, requireConsent } from '@consilium/shared/command-line';
import { ConsiliumError, isConsiliumError, type StudyId } from '@consilium/shared/vocabulary';
import { lockHome } from '../config/home-lock.js';
import type { Home } from '../config/home.js';
import { readJournal } from '../participation/journal.js';
import { eraseCopies } from '../participation/withdrawal.js';
import {
  paused,
  readControl,
  resumed,
  withdrawnFrom,
  writeControl,
  type Control,
} from '../policy/control.js';
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
  await turn(
    given,
    tools,
    (control) => paused(control, pause),
    {
      now: 'paused: no update leaves until you resume\n',
      'after-round': 'paused: what is under way is finished, nothing more is begun\n',
    }[pause],
  );
}

export async function resumeCommand(given: SwitchArguments, tools: CliTools): Promise<void> {
  await turn(given, tools, resumed, 'resumed: this site takes part from the next attempt on\n');
}

/** Local copies go now if no agent runs, else the running one deletes them. @throws ConsiliumError 'not-found' */
export async function withdrawCommand(
  study: string,
  given: WithdrawArguments,
  tools: CliTools,
): Promise<void> {
  const home = requireHome(given.home, tools);
  const studyId = requireKnown(home, study);
  await requireConsent({
    what: `This site leaves ${studyId} for good, and its files here are deleted.`,
    yes: given.yes === true,
    ask: tools.ask,
  });
  await turn(
    given,
    tools,
    (control) => withdrawnFrom(control, studyId),
    `withdrawn from ${study}: its files here are deleted, and the coordinator is told when it can be reached\n`,
  );
  await eraseUnlessRunning(home, studyId);
}

async function turn(
  { home: folder, json }: SwitchArguments,
  tools: CliTools,
  change: (control: Control) => Control,
  words: string,
): Promise<void> {
  const home = requireHome(folder, tools);
  const control = change(await readControl(home));
  await writeControl(home, control);
  tools.stdout.write(json === true ? answerLine(control) : words);
}

function requireKnown(home: Home, study: string): StudyId {
  const { studies } = readJournal(home.journalFolder).state;
  const known = Object.values(studies).find(({ studyId }) => studyId === study);
  if (known === undefined) {
    throw new ConsiliumError('not-found', `no study ${study} was offered to this site`);
  }
  return known.studyId;
}

async function eraseUnlessRunning(home: Home, study: StudyId): Promise<void> {
  let unlock: () => Promise<void>;
  try {
    unlock = await lockHome(home);
  } catch (error) {
    if (isConsiliumError(error) && error.code === 'conflict') {
      return;
    }
    throw error;
  }
  try {
    await eraseCopies(home, study);
  } finally {
    await unlock();
  }
}
