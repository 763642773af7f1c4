/** The agent's log: JSON lines on stderr, so that stdout holds progress events only. */
import { pino, type DestinationStream, type Logger } from 'pino';
import { errorCodeOf } from '@consilium/shared/vocabulary';

export type { Logger };

/** @param destination stderr if not given; written synchronously, so that the last line before a crash is there. */
export function createLogger(
  level: string,
  destination: DestinationStream = pino.destination({ fd: 2, sync: true }),
): Logger {
  return pino(
    { level, base: {}, formatters: { level: (label) => ({ level: label }) } },
    destination,
  );
}

/** The fields by which an error is logged: code and sentence. Causes may quote files of the hospital, so only their kind is kept. */
export function errorFields(error: unknown): Readonly<Record<string, string>> {
  if (!(error instanceof Error)) {
    return { code: 'internal', fault: 'not an error' };
  }
  const code = errorCodeOf(error);
  // What nobody planned for may quote a path or a value: only its class is kept.
  const fault = code === 'internal' ? error.name : error.message;
  return error.cause instanceof Error
    ? { code, fault, causedBy: error.cause.name }
    : { code, fault };
}
