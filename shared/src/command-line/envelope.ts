/**
 * What the programs print for programs: with `--json` one object on one line, with `--jsonl` one a line, of which the last, and
 * only the last, has `terminal: true`.
 */
import { ConsiliumError, type ErrorCode, type ErrorDetail } from '../vocabulary/index.js';

/** Version of the envelope and of the data in it; it grows when a field goes or changes its meaning. */
export const SCHEMA_VERSION = 1;

export interface Failure {
  readonly code: ErrorCode;
  /** One sentence: what went wrong. */
  readonly message: string;
  /** One sentence: what to do. */
  readonly hint: string;
  /** What was found out before, or what failed: a report. */
  readonly data?: unknown;
}

/** A failure that has something to show, such as the report of a check that did not hold. */
export class ReportedFailure extends ConsiliumError {
  constructor(
    code: ErrorCode,
    message: string,
    readonly report: unknown,
    options: { readonly detail?: ErrorDetail } = {},
  ) {
    super(code, message, options);
  }
}

/** The line of a command that is done. @param data what JSON can hold */
export function answerLine(data: unknown): string {
  return answerLineOf(JSON.stringify(data));
}

/** As answerLine, of data that is JSON text already and stays as it is to the byte. */
export function answerLineOf(json: string): string {
  return `{"schema_version":${SCHEMA_VERSION},"status":"ok","data":${json}}\n`;
}

/** The line of a command that failed. */
export function failureLine(failure: Failure): string {
  return `${JSON.stringify(failureObject(failure))}\n`;
}

/** A line of a stream. */
export function eventLine(data: unknown): string {
  return `${JSON.stringify({ schema_version: SCHEMA_VERSION, status: 'ok', terminal: false, data })}\n`;
}

/** The last line of a stream that came to its end. */
export function lastLine(data: unknown): string {
  return `${JSON.stringify({ schema_version: SCHEMA_VERSION, status: 'ok', terminal: true, data })}\n`;
}

/** The last line of a stream that broke off. */
export function lastFailureLine(failure: Failure): string {
  return `${JSON.stringify({ ...failureObject(failure), terminal: true })}\n`;
}

/**
 * The data of an envelope, where a file that a program printed is the input of another.
 * @returns the value itself where it is no envelope
 */
export function withoutEnvelope(value: unknown): unknown {
  const isEnvelope =
    typeof value === 'object' &&
    value !== null &&
    'schema_version' in value &&
    'status' in value &&
    'data' in value;
  return isEnvelope ? value.data : value;
}

function failureObject({ code, message, hint, data }: Failure): object {
  return {
    schema_version: SCHEMA_VERSION,
    status: 'error',
    error_code: code,
    message,
    hint,
    ...(data === undefined ? {} : { data }),
  };
}
