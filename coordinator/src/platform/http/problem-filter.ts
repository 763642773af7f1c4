/** Every error as problem+json (RFC 9457). What is not a coded error is ours to know: the caller sees a number to quote. */
import {
  Catch,
  HttpException,
  Injectable,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import { randomBytes } from '@consilium/shared/crypto';
import { toHex } from '@consilium/shared/encoding';
import { ConsiliumError, ERROR_CODES, type ErrorCode } from '@consilium/shared/vocabulary';
import type { Response } from 'express';
import { Log } from '../logging/log.js';

export interface Problem {
  readonly type: string;
  readonly code: ErrorCode;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly help: string;
  /** Set where the log knows more. */
  readonly instance?: string;
  readonly evidence?: Readonly<Record<string, string | number | boolean>>;
}

/** What Nest and Express throw on their own, by status. */
const HTTP_CODES: Readonly<Record<number, ErrorCode>> = {
  400: 'bad-request',
  401: 'unauthenticated',
  403: 'not-permitted',
  404: 'not-found',
  405: 'not-found',
  413: 'message-too-large',
  415: 'unsupported-type',
  429: 'quota-exceeded',
};

@Catch()
@Injectable()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: Log) {}

  catch(error: unknown, host: ArgumentsHost): void {
    if (host.getType() !== 'http') {
      throw error;
    }
    const response = host.switchToHttp().getResponse<Response>();
    const problem = this.problemOf(toCoded(error), error);
    if (response.headersSent) {
      // Half an answer is out already; only a broken connection tells the reader so.
      response.destroy();
      return;
    }
    if (problem.status === 413) {
      // What is still coming is not wanted.
      response.setHeader('Connection', 'close');
    }
    if (problem.status === 401) {
      response.setHeader('WWW-Authenticate', 'Bearer');
    }
    const { retryAfterSeconds } = problem.evidence ?? {};
    if (retryAfterSeconds !== undefined) {
      response.setHeader('Retry-After', String(retryAfterSeconds));
    }
    response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  }

  private problemOf(coded: ConsiliumError, original: unknown): Problem {
    const { status, title, help } = ERROR_CODES[coded.code];
    const base = {
      type: `urn:consilium:problem:${coded.code}`,
      code: coded.code,
      title,
      status,
      help,
    };
    if (status < 500) {
      return {
        ...base,
        detail: coded.message,
        ...(coded.detail === undefined ? {} : { evidence: coded.detail }),
      };
    }
    const instance = `urn:consilium:incident:${toHex(randomBytes(8))}`;
    this.log.error('request failed', original, { instance });
    const detail =
      coded.code === 'internal' ? 'The log of the coordinator has the details.' : coded.message;
    return { ...base, detail, instance };
  }
}

function toCoded(error: unknown): ConsiliumError {
  if (error instanceof ConsiliumError) {
    return error;
  }
  const code = error instanceof HttpException ? HTTP_CODES[error.getStatus()] : undefined;
  const message = error instanceof Error && code !== undefined ? error.message : 'unexpected error';
  return new ConsiliumError(code ?? 'internal', message, { cause: error });
}
