/** How a command fails: one sentence that says what went wrong, one that says what to do, and the exit code of the table. */
import { CommanderError } from 'commander';
import { ERROR_CODES, errorCodeOf, type ExitCode } from '@consilium/shared/vocabulary';

/** @returns the exit code: 4 for wrong arguments, else that of the error's code. */
export function explainFailure(error: unknown, stderr: { write(text: string): unknown }): ExitCode {
  if (error instanceof CommanderError) {
    // Commander has written its own sentence; asking for help or the version is no failure.
    return error.exitCode === 0 ? 0 : 4;
  }
  const code = errorCodeOf(error);
  const { title, help, exit } = ERROR_CODES[code];
  const sentence = error instanceof Error && error.message !== '' ? error.message : title;
  stderr.write(`consilium-agent: ${withoutControls(sentence)} [${code}]\n${help}\n`);
  return exit;
}

/** A message may quote what a stranger's file says; none of it steers the terminal. */
function withoutControls(text: string): string {
  return text.replace(/[^\P{C}\n\t]/gu, '\uFFFD');
}
