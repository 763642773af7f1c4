/** For specs: what a call must throw. */
import type { ErrorCode } from '../index.js';

/** Matches the coded error of that code, and of a message that contains the given text; for `toThrow` and `rejects.toThrow`. */
export function refusal(code: ErrorCode, message = ''): Error {
  return expect.objectContaining({
    name: 'ConsiliumError',
    code,
    message: expect.stringContaining(message) as string,
  }) as Error;
}
