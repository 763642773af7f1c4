/**
 * One connection: a socket, its handshake and its encrypted frames, until the first thing goes wrong. It never mends itself;
 * coordinator-link makes a fresh one. docs/protocol/v1.md sections 2 and 6.
 */
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { z } from 'zod';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import {
  decodeFrame,
  deliverySchema,
  encodeFrame,
  sessionChallengeSchema,
  SOCKET,
  siteReplySchema,
  type Delivery,
  type Receipt,
  type SiteReply,
  type SiteRequest,
} from '@consilium/shared/protocol';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { Network } from '../network/network.js';
import type { ByteCounter } from './byte-counter.js';
import { fetchChallenge, openHandshake, type HandshakeParties, type Session } from './handshake.js';

export interface ConnectionOptions {
  readonly parties: HandshakeParties;
  /** The way to the coordinator, for the challenge and the socket alike. */
  readonly network: Network;
  readonly counter: ByteCounter;
  /** Returns once the message is safe on disk; then the receipt goes out. */
  readonly onDelivery: (delivery: Delivery) => void;
  readonly now: () => number;
  readonly handshakeMs?: number;
  readonly requestMs?: number;
}

export interface Answer {
  readonly reply: SiteReply;
  readonly attachment: Uint8Array;
}

const HANDSHAKE_MS = 5_000;
/** Above the longest pause of a busy database; a coordinator that is silent longer is taken for lost. */
const REQUEST_MS = 30_000;

type Acknowledge = (sealed: Uint8Array) => void;

export class Connection {
  /** Resolves with the reason when the connection has ended. */
  readonly closed: Promise<ConsiliumError>;
  private markClosed: (reason: ConsiliumError) => void = () => undefined;
  private readonly pending = new Set<(reason: ConsiliumError) => void>();
  private ended?: ConsiliumError;

  private constructor(
    private readonly socket: Socket,
    private readonly session: Session,
    private readonly options: ConnectionOptions,
  ) {
    this.closed = new Promise((resolve) => {
      this.markClosed = resolve;
    });
    socket.removeAllListeners();
    socket.on('disconnect', (reason) => {
      this.end(unreachable(`the connection was lost: ${reason}`));
    });
    socket.on(SOCKET.frame, (sealed: unknown, acknowledge: unknown) => {
      this.receive(sealed, acknowledge);
    });
    socket.onAny((event) => {
      if (event !== SOCKET.frame) {
        this.end(new ConsiliumError('bad-message', 'the coordinator sent an unknown event'));
      }
    });
  }

  /** @throws ConsiliumError 'coordinator-unreachable' or 'handshake-failed' */
  static async open(options: ConnectionOptions, signal: AbortSignal): Promise<Connection> {
    const { parties, network, now, handshakeMs = HANDSHAKE_MS } = options;
    const limit = AbortSignal.any([signal, AbortSignal.timeout(handshakeMs)]);
    const challenge = await fetchChallenge(parties.url, network, limit);
    const handshake = openHandshake(parties, challenge, now());
    const socket = io(parties.url, {
      path: SOCKET.path,
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
      autoConnect: false,
      timeout: handshakeMs,
      auth: handshake.hello,
      ...socketNetwork(parties.url, network),
    });
    try {
      // Frames may follow the hello at once, so the listeners are in place in the same turn.
      return await firstHello(socket, network, limit, (answer) => {
        return new Connection(socket, handshake.complete(answer), options);
      });
    } catch (error) {
      socket.removeAllListeners();
      socket.disconnect();
      throw error;
    }
  }

  /**
   * Asks once.
   * @throws ConsiliumError 'coordinator-unreachable' when the connection ends first, so the answer is unknown;
   * 'message-too-large' before anything is sent
   */
  request(message: SiteRequest, attachment?: Uint8Array): Promise<Answer> {
    const frame = encodeFrame(message, attachment);
    return new Promise((resolve, reject) => {
      if (this.ended !== undefined) {
        reject(unreachable(this.ended.message));
        return;
      }
      const timer = setTimeout(() => {
        // A late answer would still take a number of the channel, so the connection is over.
        this.end(unreachable('the coordinator did not answer in time'));
      }, this.options.requestMs ?? REQUEST_MS);
      const fail = (reason: ConsiliumError): void => {
        clearTimeout(timer);
        reject(reason);
      };
      this.pending.add(fail);
      this.socket.emit(SOCKET.frame, this.seal(frame), (sealed: unknown) => {
        clearTimeout(timer);
        this.pending.delete(fail);
        const answer = this.orEnd(() => parseAnswer(this.open(sealed)));
        if (answer === undefined) {
          reject(unreachable('the coordinator sent a malformed answer'));
        } else {
          resolve(answer);
        }
      });
    });
  }

  close(): void {
    this.end(unreachable('closed by this site'));
  }

  private receive(sealed: unknown, acknowledge: unknown): void {
    const message = this.orEnd(() => {
      const { json, attachment } = decodeFrame(this.open(sealed));
      if (typeof acknowledge !== 'function' || attachment.length > 0) {
        throw new ConsiliumError('bad-message', 'a frame asks for an answer and has no bytes');
      }
      return z.union([deliverySchema, sessionChallengeSchema]).parse(json);
    });
    if (message === undefined) {
      return;
    }
    const answer = 'kind' in message ? this.session.prove(message) : this.take(message);
    if (answer !== undefined) {
      (acknowledge as Acknowledge)(this.seal(encodeFrame(answer)));
    }
  }

  /** @returns the receipt, once the message is safe; undefined when it could not be journaled. */
  private take(delivery: Delivery): Receipt | undefined {
    try {
      this.options.onDelivery(delivery);
    } catch (cause) {
      this.end(new ConsiliumError('internal', 'a message could not be journaled', { cause }));
      return undefined;
    }
    return { kind: 'received', id: delivery.id };
  }

  private seal(plain: Uint8Array): Uint8Array {
    const sealed = this.session.channel.seal(plain);
    this.options.counter.up += sealed.length;
    return sealed;
  }

  private open(sealed: unknown): Uint8Array {
    if (!(sealed instanceof Uint8Array)) {
      throw new ConsiliumError('bad-message', 'a frame is binary');
    }
    this.options.counter.down += sealed.length;
    return this.session.channel.open(sealed);
  }

  /** What the coordinator sent is believed whole or not at all: the first malformed frame ends the connection. */
  private orEnd<T>(read: () => T): T | undefined {
    try {
      return this.ended === undefined ? read() : undefined;
    } catch (cause) {
      this.end(
        new ConsiliumError('bad-message', 'the coordinator sent a malformed frame', { cause }),
      );
      return undefined;
    }
  }

  private end(reason: ConsiliumError): void {
    if (this.ended !== undefined) {
      return;
    }
    this.ended = reason;
    this.socket.removeAllListeners();
    this.socket.offAny();
    this.socket.disconnect();
    for (const fail of this.pending) {
      fail(unreachable(reason.message));
    }
    this.pending.clear();
    this.markClosed(reason);
  }
}

/** Waits for the first event, which must be the hello, and turns it into the connection within the same turn. */
function firstHello(
  socket: Socket,
  network: Network,
  limit: AbortSignal,
  accept: (answer: unknown) => Connection,
): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const refuse = (): void => {
      reject(unreachable('the coordinator did not complete the handshake in time'));
    };
    limit.addEventListener('abort', refuse, { once: true });
    const settle = (decide: () => void): void => {
      limit.removeEventListener('abort', refuse);
      decide();
    };
    socket.once('connect_error', (error) => {
      settle(() => {
        reject(refusal(error, network));
      });
    });
    socket.once('disconnect', () => {
      settle(() => {
        reject(new ConsiliumError('handshake-failed', 'the coordinator ended the handshake'));
      });
    });
    socket.onAny((event: string, answer: unknown) => {
      settle(() => {
        try {
          socket.offAny();
          resolve(accept(event === SOCKET.hello ? answer : undefined));
        } catch (error) {
          reject(error instanceof Error ? error : new Error('handshake'));
        }
      });
    });
    if (limit.aborted) {
      refuse();
      return;
    }
    socket.connect();
  });
}

/** A refusal by middleware carries a message of its own; a transport that could not be opened is an unreachable coordinator. */
function refusal(error: Error, network: Network): ConsiliumError {
  return error.message === 'handshake-failed'
    ? new ConsiliumError(
        'handshake-failed',
        'the coordinator refused this site: it is not (yet) known there. Has its enrolment been approved?',
        { cause: error },
      )
    : unreachable(`the socket could not be opened: ${network.explain(error)}`, error);
}

/**
 * engine.io hands these on to ws, which takes an agent of node:http; its types know that of browsers only. Behind a proxy the
 * name to check is said here: an agent that tunnels gives TLS no name where the coordinator is known by its address.
 */
function socketNetwork(
  url: string,
  { agent, tls }: Network,
): Partial<ManagerOptions & SocketOptions> {
  if (agent === undefined) {
    return { ...tls };
  }
  const host = new URL(url).hostname.replaceAll(/[[\]]/g, '');
  const checkHost = (_: string, certificate: PeerCertificate): Error | undefined =>
    checkServerIdentity(host, certificate);
  return { ...tls, ...{ checkServerIdentity: checkHost }, agent: agent as unknown as string };
}

function parseAnswer(plain: Uint8Array): Answer {
  const { json, attachment } = decodeFrame(plain);
  return { reply: siteReplySchema.parse(json), attachment };
}

function unreachable(sentence: string, cause?: unknown): ConsiliumError {
  return new ConsiliumError('coordinator-unreachable', sentence, { cause });
}
