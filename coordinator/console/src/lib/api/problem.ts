/** What went wrong with a question to the coordinator: its problem (RFC 9457), or that it does not answer. */

export class ApiProblem extends Error {
  /** @param code of the coordinator, or 'unreachable' | 'unreadable' @param help what to do, in the coordinator's words */
  constructor(
    readonly code: string,
    readonly status: number,
    message: string,
    readonly help = '',
  ) {
    super(message);
    this.name = 'ApiProblem';
  }
}

export function isApiProblem(error: unknown, code?: string): error is ApiProblem {
  return error instanceof ApiProblem && (code === undefined || error.code === code);
}
