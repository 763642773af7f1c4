/** One run of `consilium`, from arguments to exit code. */
import { ERROR_CODES, errorCodeOf, isConsiliumError } from '@consilium/shared/vocabulary';
import { CommanderError } from 'commander';
import { createProgram } from './program.js';
import type { Terminal } from './terminal.js';

/** Exit code of a command line that cannot be read. */
const BAD_ARGUMENTS = 4;

/** @param args without node and script. @returns the exit code; whatever goes wrong has been said. */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    await createProgram(terminal).parseAsync([...args], { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has said it, and an asked-for help is no failure.
      return error.exitCode === 0 ? 0 : BAD_ARGUMENTS;
    }
    const code = errorCodeOf(error);
    terminal.say(`consilium: ${messageOf(error)}\n${ERROR_CODES[code].help}\n`);
    return ERROR_CODES[code].exit;
  }
}

/** A failure without a code is a fault of this program, which its stack helps to find. */
function messageOf(error: unknown): string {
  if (isConsiliumError(error)) {
    return error.message;
  }
  return error instanceof Error ? (error.stack ?? error.message) : 'unknown failure';
}
