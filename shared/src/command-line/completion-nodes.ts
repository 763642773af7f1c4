/** The places of a command line where something can be completed, with what may stand there. */
import { ConsiliumError } from '../vocabulary/index.js';
import type { CommandDescription } from './command-tree.js';

export interface Suggestion {
  readonly word: string;
  readonly description: string;
}

export interface CompletionNode {
  /** The words after the program's name, with a blank before each; empty for the program itself. */
  readonly place: string;
  readonly commands: readonly Suggestion[];
  /** Its own and those of the program. */
  readonly options: readonly Suggestion[];
}

/** Nothing else gets into a script that a shell will run. */
const SAFE_WORD = /^[a-z0-9-]+$/;

/** @throws ConsiliumError 'internal' for a name that a shell would read as more than a word */
export function completionNodes(program: CommandDescription): readonly CompletionNode[] {
  return nodesBelow(program, optionsOf(program));
}

function nodesBelow(
  command: CommandDescription,
  shared: readonly Suggestion[],
): readonly CompletionNode[] {
  const own = optionsOf(command).filter(({ word }) => !shared.some((each) => each.word === word));
  const node: CompletionNode = {
    place: command.path
      .slice(1)
      .map((word) => ` ${safe(word)}`)
      .join(''),
    commands: command.commands.map(({ path, summary }) => ({
      word: safe(path.at(-1) ?? ''),
      description: summary,
    })),
    options: [...own, ...shared],
  };
  return [node, ...command.commands.flatMap((inner) => nodesBelow(inner, shared))];
}

function optionsOf({ options }: CommandDescription): readonly Suggestion[] {
  return options.flatMap(({ names, description }) =>
    names
      .filter((name) => name.startsWith('--'))
      .map((name) => ({ word: `--${safe(name.slice(2))}`, description })),
  );
}

/** A name of a shell function. */
export function functionName(program: CommandDescription): string {
  return `_${safe(program.path[0] ?? '').replaceAll('-', '_')}`;
}

function safe(word: string): string {
  if (!SAFE_WORD.test(word)) {
    throw new ConsiliumError('internal', `"${word}" cannot be completed by a shell`);
  }
  return word;
}
