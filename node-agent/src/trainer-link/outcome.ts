/** How a request to a trainer can end, the supervisor's view. */
import { TRAINER_EXIT } from './exit-codes.js';
import type { Failed } from './messages.js';

/** The process ended before it answered. */
export interface Crashed {
  readonly kind: 'crashed';
  readonly reason: CrashReason;
  readonly exitCode?: number;
  readonly signal?: string;
}

export type CrashReason =
  /** Its own limit, or the engine or Node ran out. */
  | 'out-of-memory'
  /** It took longer than the supervisor allows, and was killed. */
  | 'timed-out'
  /** `close` was called. */
  | 'closed'
  /** By a signal from outside: an operator, or the kernel when the machine is out of memory. */
  | 'killed'
  /** It said something that is no reply. */
  | 'bad-reply'
  | 'exited';

export type Outcome<T> = T | Failed | Crashed;

/** @param stderr the end of what the process wrote: V8 says there that its heap is full */
export function crashReason(
  code: number | null,
  signal: NodeJS.Signals | null,
  stderr: string,
): CrashReason {
  if (code === TRAINER_EXIT.outOfMemory || /out of memory|bad_alloc/i.test(stderr)) {
    return 'out-of-memory';
  }
  return signal === null ? 'exited' : 'killed';
}
