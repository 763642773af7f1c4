/** The commands of a program as data: what `--schema` prints, and what help pages and completions are made of. */
import type { ArgumentLike, CommandLike, OptionLike } from './command-like.js';

export interface ArgumentDescription {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  readonly repeatable: boolean;
  readonly choices?: readonly string[];
}

export interface OptionDescription {
  /** As it is written, such as `--out <file>`. */
  readonly flags: string;
  /** Its names, such as `--out`. */
  readonly names: readonly string[];
  readonly description: string;
  readonly value: 'none' | 'required' | 'optional';
  /** Whether the command does nothing without it. */
  readonly required: boolean;
  readonly choices?: readonly string[];
  readonly default?: unknown;
  /** Of the environment, which gives it too. */
  readonly variable?: string;
}

export interface CommandDescription {
  /** The words that name it, the program's first. */
  readonly path: readonly string[];
  readonly summary: string;
  readonly arguments: readonly ArgumentDescription[];
  /** Its own, without those that every command of the program takes. */
  readonly options: readonly OptionDescription[];
  readonly examples: readonly string[];
  readonly commands: readonly CommandDescription[];
}

/** Lines to type, by the words of the command without the program's name, such as `study create`. */
export type Examples = Readonly<Record<string, readonly string[]>>;

/** Hidden commands and options stay out. */
export function describeCommand(command: CommandLike, examples: Examples = {}): CommandDescription {
  const path = pathOf(command);
  return {
    path,
    summary: command.description(),
    arguments: command.registeredArguments.map(describeArgument),
    options: command.options.filter(({ hidden }) => !hidden).map(describeOption),
    examples: examples[path.slice(1).join(' ')] ?? [],
    commands: visibleCommands(command).map((inner) => describeCommand(inner, examples)),
  };
}

/** Without the one that the parser makes by itself to explain the others of a group. */
export function visibleCommands(command: CommandLike): readonly CommandLike[] {
  const registered = new Set(command.commands);
  return command
    .createHelp()
    .visibleCommands(command as never)
    .filter((inner) => registered.has(inner));
}

/** The command itself and all below it, hidden ones too. */
export function everyCommand(command: CommandLike): readonly CommandLike[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}

/** The words that name a command, the program's first. */
export function pathOf(command: CommandLike): readonly string[] {
  return [...(command.parent === null ? [] : pathOf(command.parent)), command.name()];
}

/** The innermost command that a line names, whatever else stands in it. */
export function commandNamedBy(program: CommandLike, words: readonly string[]): CommandLike {
  let command = program;
  for (let i = 0; i < words.length; i += 1) {
    const word = words[i] ?? '';
    if (word.startsWith('-')) {
      i += takesNextWord(command, word) ? 1 : 0;
      continue;
    }
    const inner = command.commands.find(
      (each) => each.name() === word || each.aliases().includes(word),
    );
    if (inner === undefined) {
      return command;
    }
    command = inner;
  }
  return command;
}

function takesNextWord(command: CommandLike, word: string): boolean {
  const options = [...command.options, ...(command.parent?.options ?? [])];
  return options.some(({ long, short, required }) => required && [long, short].includes(word));
}

function describeArgument(argument: ArgumentLike): ArgumentDescription {
  const { description, required, variadic, argChoices } = argument;
  return {
    name: argument.name(),
    description,
    required,
    repeatable: variadic,
    ...(argChoices === undefined ? {} : { choices: argChoices }),
  };
}

function describeOption(option: OptionLike): OptionDescription {
  const { flags, long, short, description, required, optional, mandatory } = option;
  const { argChoices, defaultValue, envVar } = option;
  return {
    flags,
    names: [short, long].filter((name) => name !== undefined),
    description,
    value: required ? 'required' : optional ? 'optional' : 'none',
    required: mandatory,
    ...(argChoices === undefined ? {} : { choices: argChoices }),
    ...(defaultValue === undefined ? {} : { default: defaultValue }),
    ...(envVar === undefined ? {} : { variable: envVar }),
  };
}
