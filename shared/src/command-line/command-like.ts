/** What this folder uses of a command of commander 14, so that the pure core depends on no parser. */

export interface OptionLike {
  readonly flags: string;
  readonly description: string;
  readonly long?: string | undefined;
  readonly short?: string | undefined;
  /** A value must follow. */
  readonly required: boolean;
  /** A value may follow. */
  readonly optional: boolean;
  readonly variadic: boolean;
  /** The option itself must be given. */
  readonly mandatory: boolean;
  readonly hidden: boolean;
  readonly envVar?: string | undefined;
  readonly defaultValue?: unknown;
  readonly argChoices?: readonly string[] | undefined;
}

export interface ArgumentLike {
  name(): string;
  readonly description: string;
  readonly required: boolean;
  readonly variadic: boolean;
  readonly argChoices?: readonly string[] | undefined;
}

export interface HelpLike {
  /** `never`, as only the parser's own commands may come in. */
  visibleCommands(command: never): readonly CommandLike[];
}

export interface HelpShape {
  /** Whether the options of the program stand in the help of its commands. */
  readonly showGlobalOptions: boolean;
  readonly subcommandTerm: (command: CommandLike) => string;
  readonly commandUsage: (command: CommandLike) => string;
}

export interface CommandLike {
  name(): string;
  description(): string;
  description(text: string): unknown;
  usage(): string;
  alias(name: string): unknown;
  aliases(): readonly string[];
  readonly parent: CommandLike | null;
  readonly commands: readonly CommandLike[];
  readonly options: readonly OptionLike[];
  readonly registeredArguments: readonly ArgumentLike[];
  createHelp(): HelpLike;
  configureHelp(shape: HelpShape): unknown;
  addHelpText(position: 'before' | 'after', text: string): unknown;
  helpInformation(): string;
  command(usage: string): CommandLike;
  argument(name: string, description: string): unknown;
  option(flags: string, description: string): unknown;
  action(act: (...given: unknown[]) => void | Promise<void>): unknown;
}
