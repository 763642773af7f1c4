/** How every program of Consilium ends: the numbers of the error table, and 130 for a run that a person broke off. */
import type { ExitCode } from '../vocabulary/index.js';

/** 130 is 128 + SIGINT, as shells have it (POSIX.1-2017, XCU 2.8.2). */
export type ProgramExit = ExitCode | 130;

export const INTERRUPTED = 130;

const MEANINGS: Readonly<Record<ProgramExit, string>> = {
  0: 'done',
  1: 'failed: the study, the work or a check; what was verified does not hold',
  2: 'no connection, or not who may do this',
  3: 'time ran out',
  4: 'bad arguments or input, or a question that was answered with no',
  5: 'a fault of this program',
  130: 'interrupted',
};

export interface ExitMeaning {
  readonly code: number;
  readonly meaning: string;
}

export const EXIT_CODES: readonly ExitMeaning[] = Object.entries(MEANINGS).map(
  ([code, meaning]) => ({ code: Number(code), meaning }),
);

/** A line for each exit code, for people. */
export function exitCodesText(): string {
  const lines = EXIT_CODES.map(({ code, meaning }) => `  ${String(code).padEnd(4)} ${meaning}`);
  return `Exit codes:\n${lines.join('\n')}\n`;
}
