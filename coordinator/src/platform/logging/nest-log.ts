/** Lets Nest write into our log. */
import type { LoggerService } from '@nestjs/common';
import type { Log } from './log.js';

/** Nest reports each module and route it finds; that is of interest only while debugging. */
export class NestLog implements LoggerService {
  constructor(private readonly target: Log) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.target.debug(textOf(message), fieldsOf(rest));
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.target.debug(textOf(message), fieldsOf(rest));
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.target.debug(textOf(message), fieldsOf(rest));
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.target.warn(textOf(message), fieldsOf(rest));
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.target.error(
      textOf(message),
      message instanceof Error ? message : undefined,
      fieldsOf(rest),
    );
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.error(message, ...rest);
  }
}

/** Objects stay out: nobody knows what they hold. */
function textOf(message: unknown): string {
  if (message instanceof Error) {
    return message.message;
  }
  return typeof message === 'string' ? message : 'message without text';
}

/** Nest passes the name of the class as last argument. */
function fieldsOf(rest: readonly unknown[]): { context?: string } {
  const context = rest.at(-1);
  return typeof context === 'string' ? { context } : {};
}
