/** How a command fails: what it says for people, what for programs, and with which exit code. */
import { ERROR_CODES, errorCodeOf, isConsiliumError } from '../vocabulary/index.js';
import { failureLine, lastFailureLine, ReportedFailure, type Failure } from './envelope.js';
import { INTERRUPTED, type ProgramExit } from './exit-codes.js';
import type { Switches } from './switches.js';

export interface FailedRun {
  /** Name of the program, such as `consilium`. */
  readonly program: string;
  readonly switches: Switches;
  /** Whether a person broke the run off. */
  readonly interrupted?: boolean;
}

export interface Explanation {
  /** For standard output. */
  readonly out: string;
  /** For standard error. */
  readonly err: string;
  readonly exit: ProgramExit;
}

/** What commander throws; its own words have been written when it is caught. */
interface ParserError {
  readonly code: string;
  readonly exitCode: number;
  readonly message: string;
}

/** @param error whatever was caught; asking for help or the version is no failure */
export function explainFailure(error: unknown, run: FailedRun): Explanation {
  if (isParserError(error) && error.exitCode === 0) {
    return { out: '', err: '', exit: 0 };
  }
  if (run.interrupted === true) {
    const message = 'interrupted';
    const hint = 'Start it again when it may run to its end.';
    const out = lineFor({ code: 'internal', message, hint }, run.switches);
    return { out, err: `${run.program}: ${message}\n`, exit: INTERRUPTED };
  }
  if (isParserError(error)) {
    const out = lineFor(parserFailure(error, run.program), run.switches);
    return { out, err: '', exit: ERROR_CODES['bad-request'].exit };
  }
  const failure = failureOf(error);
  const { code, message, hint } = failure;
  const err = `${run.program}: ${withoutControls(message)} [${code}]\n${hint}\n${stackOf(error)}`;
  return { out: lineFor(failure, run.switches), err, exit: ERROR_CODES[code].exit };
}

function failureOf(error: unknown): Failure {
  const code = errorCodeOf(error);
  const { title, help } = ERROR_CODES[code];
  const message = error instanceof Error && error.message !== '' ? error.message : title;
  const data = error instanceof ReportedFailure ? { data: error.report } : {};
  return { code, message, hint: help, ...data };
}

/** A failure without a code is a fault of the program, which its stack helps to find. */
function stackOf(error: unknown): string {
  return !isConsiliumError(error) && error instanceof Error ? `${error.stack ?? ''}\n` : '';
}

function parserFailure({ code, message }: ParserError, program: string): Failure {
  const text =
    code === 'commander.help' ? 'name one of its commands' : message.replace(/^error: /, '');
  const hint = `"${program} --help" lists the commands, "${program} COMMAND --help" what one takes.`;
  return { code: 'bad-request', message: text, hint };
}

function lineFor(failure: Failure, { json, jsonl }: Switches): string {
  return jsonl ? lastFailureLine(failure) : json ? failureLine(failure) : '';
}

function isParserError(error: unknown): error is ParserError {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    error.code.startsWith('commander.') &&
    'exitCode' in error &&
    typeof error.exitCode === 'number'
  );
}

/** A message may quote what a stranger's file says; none of it steers the terminal. */
function withoutControls(text: string): string {
  return text.replace(/[^\P{C}\n\t]/gu, '\uFFFD');
}
