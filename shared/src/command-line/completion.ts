/** Completion scripts for bash, zsh and fish, made of the commands of a program. */
import { ConsiliumError } from '../vocabulary/index.js';
import { bashCompletion } from './bash-completion.js';
import type { CommandDescription } from './command-tree.js';
import { fishCompletion } from './fish-completion.js';
import { zshCompletion } from './zsh-completion.js';

const SHELLS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

export const SHELL_NAMES: readonly string[] = Object.keys(SHELLS);

/** @throws ConsiliumError 'bad-request' for another shell */
export function completionScript(shell: string, program: CommandDescription): string {
  const write = Object.entries(SHELLS).find(([name]) => name === shell)?.[1];
  if (write === undefined) {
    throw new ConsiliumError('bad-request', `the shell is one of ${SHELL_NAMES.join(', ')}`);
  }
  return write(program);
}
