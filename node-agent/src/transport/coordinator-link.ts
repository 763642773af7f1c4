/**
 * The site's lasting link to its coordinator: a chain of connections, each with a fresh socket and handshake. A request is
 * asked again over the next connection until it is answered, which is safe because the same bytes get the same answer.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { SiteReply, SiteRequest } from '@consilium/shared/protocol';
import { isConsiliumError, type ErrorCode } from '@consilium/shared/vocabulary';
import { errorFields, type Logger } from '../telemetry/logger.js';
import { createBackoff, type Backoff, type BackoffRules } from './backoff.js';
import { Connection, type Answer, type ConnectionOptions } from './connection.js';

export interface RequestOptions {
  readonly attachment?: Uint8Array;
  /** Gives up waiting; the request may have been answered all the same. */
  readonly signal?: AbortSignal;
}

/** What the layers above need of a link. */
export interface Requests {
  /**
   * Resolves with the answer, however many connections that takes.
   * @throws the reason of the signal, and ConsiliumError 'message-too-large'
   */
  request(message: SiteRequest, options?: RequestOptions): Promise<Answer>;
}

export interface LinkOptions extends ConnectionOptions {
  readonly logger: Logger;
  /** Draws from [0, 1). */
  readonly uniform: () => number;
  readonly backoff?: BackoffRules;
  readonly onConnected?: () => void;
  readonly onDisconnected?: (code: ErrorCode) => void;
}

/** A connection that lived this long was a good one: the next loss starts with short pauses again. */
const GOOD_MS = 5_000;
const BACKOFF: BackoffRules = { firstMs: 200, longestMs: 15_000 };

/** Problems that pass: the coordinator is the same a moment later. */
const PASSING: ReadonlySet<string> = new Set(['database-busy', 'disk-full', 'quota-exceeded']);

export class CoordinatorLink implements Requests {
  private current?: Connection;
  private waiters = new Set<(connection: Connection) => void>();

  constructor(private readonly options: LinkOptions) {}

  /** Keeps connecting until the signal says stop. */
  async run(signal: AbortSignal): Promise<void> {
    const { logger, now, uniform } = this.options;
    const backoff = createBackoff(this.options.backoff ?? BACKOFF, uniform);
    while (!signal.aborted) {
      const since = now();
      const reason = await this.connectOnce(signal);
      if (signal.aborted) {
        return;
      }
      if (now() - since >= GOOD_MS) {
        backoff.reset();
      }
      logger.warn(errorFields(reason), 'not connected');
      await rest(backoff, signal);
    }
  }

  async request(message: SiteRequest, options: RequestOptions = {}): Promise<Answer> {
    const { attachment, signal } = options;
    const backoff = createBackoff(this.options.backoff ?? BACKOFF, this.options.uniform);
    for (;;) {
      const connection = await this.connection(signal);
      const answer = await orLost(untilAborted(connection.request(message, attachment), signal));
      if (answer !== undefined && !isPassing(answer.reply)) {
        return answer;
      }
      if (answer === undefined) {
        await connection.closed;
      } else {
        await rest(backoff, signal);
      }
    }
  }

  /** One connection from handshake to end. @returns why it ended. */
  private async connectOnce(signal: AbortSignal): Promise<unknown> {
    let connection: Connection;
    try {
      connection = await Connection.open(this.options, signal);
    } catch (error) {
      return error;
    }
    const stop = (): void => {
      connection.close();
    };
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) {
      stop();
    }
    this.current = connection;
    this.options.onConnected?.();
    for (const waiter of this.waiters) {
      waiter(connection);
    }
    this.waiters.clear();
    const reason = await connection.closed;
    signal.removeEventListener('abort', stop);
    this.current = undefined;
    this.options.onDisconnected?.(reason.code);
    return reason;
  }

  private async connection(signal: AbortSignal | undefined): Promise<Connection> {
    signal?.throwIfAborted();
    if (this.current !== undefined) {
      return this.current;
    }
    let wake: (connection: Connection) => void = () => undefined;
    const next = new Promise<Connection>((resolve) => {
      wake = resolve;
      this.waiters.add(resolve);
    });
    try {
      return await untilAborted(next, signal);
    } finally {
      this.waiters.delete(wake);
    }
  }
}

function isPassing(reply: SiteReply): boolean {
  return reply.kind === 'problem' && PASSING.has(reply.code);
}

/** Undefined when the connection was lost before the answer came. */
async function orLost(answer: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isConsiliumError(error, 'coordinator-unreachable')) {
      return undefined;
    }
    throw error;
  }
}

async function rest(backoff: Backoff, signal: AbortSignal | undefined): Promise<void> {
  await pause(backoff.next(), undefined, signal === undefined ? {} : { signal }).catch(
    (error: unknown) => {
      if (signal?.aborted !== true) {
        throw error;
      }
    },
  );
}

/** The promise, or the reason of the signal if that comes first. */
export async function untilAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  if (signal === undefined) {
    return promise;
  }
  signal.throwIfAborted();
  let stop: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => {
      reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    };
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
