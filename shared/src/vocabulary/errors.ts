/**
 * The one class of coded errors. A code says what went wrong for good; where it is met decides the HTTP status or exit code,
 * by the table of error-codes.ts.
 */
import { ERROR_CODES, type ErrorCode } from './error-codes.js';

/** Evidence beside the message: names, counts, positions. Never key material, tensor values or patient data. */
export type ErrorDetail = Readonly<Record<string, string | number | boolean>>;

export class ConsiliumError extends Error {
  readonly code: ErrorCode;
  readonly detail?: ErrorDetail;

  /**
   * @param message one sentence: what was expected and what came.
   * @param options.cause the error underneath, kept for the log.
   */
  constructor(
    code: ErrorCode,
    message: string,
    options: { readonly cause?: unknown; readonly detail?: ErrorDetail } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ConsiliumError';
    this.code = code;
    if (options.detail !== undefined) {
      this.detail = options.detail;
    }
  }
}

/** Whether an unknown caught value is a coded error, of one code if given. */
export function isConsiliumError(error: unknown, code?: ErrorCode): error is ConsiliumError {
  return error instanceof ConsiliumError && (code === undefined || error.code === code);
}

/** The code of a caught value; whatever is not coded is our own fault. */
export function errorCodeOf(error: unknown): ErrorCode {
  return error instanceof ConsiliumError ? error.code : 'internal';
}

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(ERROR_CODES, value);
}
