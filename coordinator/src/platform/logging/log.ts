/** The log of a process: one structured line per event, in English. Never tensors, tokens, keys, patients or file names of sites. */
import { errorCodeOf, isConsiliumError } from '@consilium/shared/vocabulary';
import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino';
import { RecentProblems } from './recent-problems.js';

export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent';

/** Names under which a secret could be logged by mistake, at the top and one level down. */
const SECRET_NAMES = [
  'authorization',
  'cookie',
  'token',
  'operatorToken',
  'password',
  'secret',
  'secretKey',
  'privateKey',
  'contentKey',
  'keyEncryptionKey',
  'invite',
  'url.password',
];

export class Log {
  private constructor(
    private readonly logger: PinoLogger,
    /** Of this log and of those made from it. */
    readonly problems: RecentProblems,
  ) {}

  /** @param destination standard output if not given. */
  static to(level: LogLevel, destination?: DestinationStream): Log {
    const redact = {
      paths: SECRET_NAMES.flatMap((name) => [name, `*.${name}`]),
      censor: '[redacted]',
    };
    return new Log(
      pino(
        { level, base: null, redact, timestamp: pino.stdTimeFunctions.isoTime },
        destination ?? pino.destination(1),
      ),
      new RecentProblems(),
    );
  }

  /** A log whose lines carry these fields too. */
  with(fields: LogFields): Log {
    return new Log(this.logger.child(fields), this.problems);
  }

  debug(message: string, fields: LogFields = {}): void {
    this.logger.debug(fields, message);
  }

  info(message: string, fields: LogFields = {}): void {
    this.logger.info(fields, message);
  }

  warn(message: string, fields: LogFields = {}): void {
    this.problems.note({ atMs: Date.now(), level: 'warn', message });
    this.logger.warn(fields, message);
  }

  /** @param error what was caught; its message, code and stack are logged, its other properties are not. */
  error(message: string, error?: unknown, fields: LogFields = {}): void {
    const code = error === undefined ? {} : { code: codeOf(error) };
    this.problems.note({ atMs: Date.now(), level: 'error', message, ...code }, error);
    this.logger.error(
      { ...fields, ...(error === undefined ? {} : { error: shownError(error) }) },
      message,
    );
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error ? errorCodeOf(error) : 'internal';
}

interface ShownError {
  readonly code: string;
  readonly message: string;
  readonly stack?: string | undefined;
  readonly detail?: unknown;
  readonly cause?: ShownError;
}

/** Drivers hang statements, parameters and addresses on their errors; only known properties get through. */
function shownError(error: unknown): ShownError {
  if (!(error instanceof Error)) {
    return {
      code: 'internal',
      message: typeof error === 'string' ? error : 'something that is no error was thrown',
    };
  }
  return {
    code: errorCodeOf(error),
    message: error.message,
    stack: error.stack,
    ...(isConsiliumError(error) && error.detail !== undefined ? { detail: error.detail } : {}),
    ...(error.cause === undefined ? {} : { cause: shownError(error.cause) }),
  };
}
