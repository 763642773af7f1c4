/**
 * One authenticated socket of a site: seals and opens frames, answers requests, delivers messages. Frames are numbered by
 * their order, so each is sealed in the same tick in which it is handed to the socket, and opened in the order of arrival.
 * docs/protocol/v1.md sections 2 and 6.
 */
import type { Channel } from '@consilium/shared/crypto';
import {
  decodeFrame,
  encodeFrame,
  receiptSchema,
  siteRequestSchema,
  SOCKET,
  SESSION_PROOF_MS,
  type Delivery,
  type SessionChallenge,
  type SiteReply,
  type SiteRequest,
} from '@consilium/shared/protocol';
import { ConsiliumError, type SiteId } from '@consilium/shared/vocabulary';

/** Of socket.io's Socket, what a connection uses; specs bring their own. */
export interface FrameSocket {
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  onAny(listener: (event: string) => void): unknown;
  emit(event: string, ...args: unknown[]): unknown;
  disconnect(close: true): unknown;
  readonly connected: boolean;
}

export interface Answer {
  readonly reply: SiteReply;
  readonly attachment?: Uint8Array;
}

export type AnswerRequest = (request: SiteRequest, attachment: Uint8Array) => Promise<Answer>;

/** Why a connection was ended from this side, for the log. */
export type EndReason =
  | 'malformed-frame'
  | 'unknown-event'
  | 'too-many-requests'
  | 'no-receipt'
  | 'newer-socket'
  | 'not-reauthenticated'
  | 'revoked'
  | 'key-rotated'
  | 'internal-error'
  | 'shutdown';

/** Four chunks and a few small requests: an agent that keeps to the window never has more under way. */
const REQUESTS_UNDER_WAY = 16;

/** A receipt waits for the site's journal only. */
const RECEIPT_TIMEOUT_MS = 60_000;

export class SiteConnection {
  private underWay = 0;
  private ended: EndReason | undefined;
  /** Called when the connection ends: nothing waits for an answer then. */
  private readonly waiting = new Set<() => void>();

  /** @param answer must not throw what it can say as a problem; whatever it throws ends the connection. */
  constructor(
    readonly siteId: SiteId,
    private readonly socket: FrameSocket,
    private readonly channel: Channel,
    private readonly answer: AnswerRequest,
    private readonly onEnd: (reason: EndReason, error?: unknown) => void,
  ) {
    socket.on(SOCKET.frame, (bytes, acknowledge) => {
      void this.request(bytes, acknowledge);
    });
    socket.onAny((event) => {
      if (event !== SOCKET.frame) {
        this.end('unknown-event');
      }
    });
    socket.on('disconnect', () => {
      this.stopWaiting();
    });
    socket.on('error', (error) => {
      this.end('malformed-frame', error);
    });
  }

  get isOpen(): boolean {
    return this.ended === undefined && this.socket.connected;
  }

  /** Hands a message to the site. Resolves to true once the site wrote it to its journal, to false if the connection ended. */
  async deliver(delivery: Delivery): Promise<boolean> {
    if (!this.isOpen) {
      return false;
    }
    const receipt = await this.exchange(encodeFrame(delivery), RECEIPT_TIMEOUT_MS, 'no-receipt');
    if (receipt === undefined) {
      return false;
    }
    const parsed = receiptSchema.safeParse(receipt);
    if (!parsed.success || parsed.data.id !== delivery.id) {
      this.end('malformed-frame');
      return false;
    }
    return true;
  }

  /** Asks the site for a proof of its key, beside whatever is under way. @returns undefined if the connection ended. */
  async prove(challenge: SessionChallenge): Promise<unknown> {
    return this.isOpen
      ? this.exchange(encodeFrame(challenge), SESSION_PROOF_MS, 'not-reauthenticated')
      : undefined;
  }

  end(reason: EndReason, error?: unknown): void {
    if (this.ended === undefined) {
      this.ended = reason;
      this.onEnd(reason, error);
      this.socket.disconnect(true);
      this.stopWaiting();
    }
  }

  private stopWaiting(): void {
    this.waiting.forEach((stop) => {
      stop();
    });
  }

  /** @returns the JSON of the acknowledgement, undefined once the connection ended. */
  private exchange(frame: Uint8Array, limitMs: number, late: EndReason): Promise<unknown> {
    return new Promise((resolve) => {
      const settle = (json?: unknown): void => {
        clearTimeout(timer);
        this.waiting.delete(stop);
        resolve(json);
      };
      const stop = (): void => {
        settle();
      };
      const timer = setTimeout(() => {
        this.end(late);
      }, limitMs);
      this.waiting.add(stop);
      this.socket.emit(SOCKET.frame, this.channel.seal(frame), (bytes: unknown) => {
        // socket.io defers an event by one tick but not an acknowledgement: without this the two could swap their places.
        process.nextTick(() => {
          const received = this.open(bytes);
          if (received !== undefined) {
            settle(received.json);
          }
        });
      });
    });
  }

  private async request(bytes: unknown, acknowledge: unknown): Promise<void> {
    const frame = this.open(bytes);
    if (frame === undefined) {
      return;
    }
    const parsed = siteRequestSchema.safeParse(frame.json);
    if (!parsed.success || !isAcknowledge(acknowledge)) {
      this.end('malformed-frame');
      return;
    }
    if (this.underWay >= REQUESTS_UNDER_WAY) {
      this.end('too-many-requests');
      return;
    }
    this.underWay += 1;
    try {
      const { reply, attachment } = await this.answer(parsed.data, frame.attachment);
      if (this.isOpen) {
        acknowledge(this.channel.seal(encodeFrame(reply, attachment)));
      }
    } catch (error) {
      this.end('internal-error', error);
    } finally {
      this.underWay -= 1;
    }
  }

  private open(bytes: unknown): ReturnType<typeof decodeFrame> | undefined {
    if (!this.isOpen) {
      return undefined;
    }
    try {
      if (!(bytes instanceof Uint8Array)) {
        throw new ConsiliumError('bad-message', 'a frame is binary');
      }
      return decodeFrame(this.channel.open(bytes));
    } catch (error) {
      this.end('malformed-frame', error);
      return undefined;
    }
  }
}

/** socket.io appends one to an event that asks for an acknowledgement. */
function isAcknowledge(value: unknown): value is (bytes: Uint8Array) => void {
  return typeof value === 'function';
}
