/** What every program has beside its own commands: `config`, `completion`, `version`, `help`, the shared options, the alias `ls`. */
import { ConsiliumError } from '../vocabulary/index.js';
import type { CommandLike } from './command-like.js';
import {
  commandNamedBy,
  describeCommand,
  everyCommand,
  pathOf,
  type Examples,
} from './command-tree.js';
import { completionScript, SHELL_NAMES } from './completion.js';
import { answerLine } from './envelope.js';
import { EXIT_CODES, exitCodesText } from './exit-codes.js';
import { settingsText, type Setting } from './settings.js';
import type { Switches } from './switches.js';

export interface ProgramContract {
  readonly version: string;
  readonly switches: Switches;
  readonly examples: Examples;
  /** To standard output. */
  readonly print: (text: string) => void;
  /** @throws ConsiliumError 'bad-configuration' */
  readonly settings: (given: SettingsPlace) => readonly Setting[] | Promise<readonly Setting[]>;
  /** Files that settings come from, whether or not they exist. */
  readonly settingsFiles: (given: SettingsPlace) => readonly string[];
  /** An option of `config` that says whose settings are meant, such as `--home <dir>`. */
  readonly placeOption?: { readonly flags: string; readonly description: string };
}

/** What the place option holds, by its name; empty where there is none. */
export type SettingsPlace = Readonly<Record<string, unknown>>;

/** Called once, when all commands of the program are there. @returns the program, for a chain */
export function addContract<C extends CommandLike>(program: C, contract: ProgramContract): C {
  const { switches, print, version } = contract;
  const answer = (data: unknown, words: string): void => {
    print(switches.json ? answerLine(data) : words);
  };
  addConfig(program, contract, answer);
  const completion = program.command('completion');
  completion.description('print a script that completes commands and options');
  completion.argument('<shell>', `one of ${SHELL_NAMES.join(', ')}`);
  completion.action((given) => {
    const shell = String(given);
    const script = completionScript(shell, describeCommand(program));
    answer({ shell, script }, script);
  });
  const versions = program.command('version');
  versions.description('print the version');
  versions.action(() => {
    answer({ program: program.name(), version }, `${version}\n`);
  });
  addHelp(program, answer);
  program.option('--no-color', 'print no colours, as NO_COLOR does');
  program.option('--no-input', 'ask nothing, even on a terminal');
  program.option('--schema', 'print the command as JSON and do nothing');
  everyCommand(program).forEach((command) => {
    finish(command, contract.examples);
  });
  return program;
}

/** The answer to `--schema`: the command that the line names, as data. */
export function schemaLine(
  program: CommandLike,
  words: readonly string[],
  examples: Examples,
): string {
  return answerLine(describeCommand(commandNamedBy(program, words), examples));
}

type Answer = (data: unknown, words: string) => void;

function addConfig(program: CommandLike, contract: ProgramContract, answer: Answer): void {
  const { settings, settingsFiles, placeOption } = contract;
  const config = program.command('config');
  config.description('the settings of this program');
  const show = config.command('show');
  show.description('show the settings that hold; secrets stay hidden');
  show.option('--origin', 'say where each comes from');
  show.action((options) => {
    const given = options as SettingsPlace;
    const tell = (list: readonly Setting[]): void => {
      answer(list, settingsText(list, given['origin'] === true));
    };
    const list = settings(given);
    return list instanceof Promise ? list.then(tell) : tell(list);
  });
  const path = config.command('path');
  path.description('show the files that settings come from');
  path.action((given) => {
    const files = settingsFiles(given as SettingsPlace);
    answer(files, files.map((file) => `${file}\n`).join(''));
  });
  if (placeOption !== undefined) {
    show.option(placeOption.flags, placeOption.description);
    path.option(placeOption.flags, placeOption.description);
  }
}

function addHelp(program: CommandLike, answer: Answer): void {
  const help = program.command('help');
  help.description('explain a command, or "exit-codes"');
  help.argument('[words...]', 'the command');
  help.action((given) => {
    const words = given as readonly string[];
    if (words.join(' ') === 'exit-codes') {
      answer(EXIT_CODES, exitCodesText());
      return;
    }
    const command = commandNamedBy(program, words);
    if (pathOf(command).length !== words.length + 1) {
      throw new ConsiliumError('bad-request', `there is no command "${words.join(' ')}"`);
    }
    answer(describeCommand(command), command.helpInformation());
  });
}

function finish(command: CommandLike, examples: Examples): void {
  if (command.name() === 'list') {
    command.alias('ls');
  }
  if (!takesJson(command)) {
    command.option('--json', 'print one JSON object');
  }
  // The alias is for those who type it by habit; help shows one name.
  command.configureHelp({
    showGlobalOptions: true,
    subcommandTerm: (inner) => [inner.name(), inner.usage()].join(' ').trim(),
    commandUsage: (inner) => [...pathOf(inner), inner.usage()].join(' ').trim(),
  });
  const lines = examples[pathOf(command).slice(1).join(' ')] ?? [];
  if (lines.length > 0) {
    command.addHelpText('before', `Examples:\n${lines.map((line) => `  ${line}`).join('\n')}\n`);
  }
}

/** Groups only hold other commands. */
function takesJson(command: CommandLike): boolean {
  const lineage = [command, ...ancestorsOf(command)];
  return (
    command.commands.length > 0 ||
    lineage.some(({ options }) => options.some(({ long }) => /^--jsonl?$/.test(long ?? '')))
  );
}

function ancestorsOf({ parent }: CommandLike): readonly CommandLike[] {
  return parent === null ? [] : [parent, ...ancestorsOf(parent)];
}
