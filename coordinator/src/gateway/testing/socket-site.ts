/** A simulated site behind a real socket. */
import type { Channel, Signed } from '@consilium/shared/crypto';
import {
  challengeSchema,
  decodeFrame,
  deliverySchema,
  encodeFrame,
  sessionChallengeSchema,
  siteReplySchema,
  SOCKET,
  type CoordinatorHello,
  type SessionAnswer,
  type SessionChallenge,
  type SiteHello,
  type SiteReply,
  type SiteRequest,
} from '@consilium/shared/protocol';
import { io, type Socket } from 'socket.io-client';
import { z } from 'zod';
import type { SecurePort } from '../../rounds/testing/secure-site.js';
import type { SimulatedSite } from '../../rounds/testing/simulated-site.js';
import { siteSide } from './hello.js';

export interface Answered {
  readonly reply: SiteReply;
  readonly attachment: Uint8Array;
}

/** When a message is read whose receipt has been sent. */
export type Later = (read: () => void) => void;

const AT_ONCE: Later = (read) => {
  read();
};

const numberedSchema = z.object({ id: deliverySchema.shape.id });

export async function fetchChallenge(url: string): Promise<string> {
  const response = await fetch(`${url}/v1/handshake/challenge`);
  return challengeSchema.parse(await response.json()).challenge;
}

export class SocketSite {
  /** How often it was asked to prove its key again. */
  challenges = 0;
  /** Of all frames, as they were on the wire. */
  readonly bytes = { sent: 0, received: 0 };

  private constructor(
    readonly site: SimulatedSite,
    readonly socket: Socket,
    private readonly channel: Channel,
    /** A spec may bend it; undefined is silence. */
    public prove: (challenge: SessionChallenge) => SessionAnswer | undefined,
    later: Later,
  ) {
    socket.on(SOCKET.frame, (bytes: Uint8Array, acknowledge: (bytes: Uint8Array) => void) => {
      this.bytes.received += bytes.length;
      const { json } = decodeFrame(channel.open(bytes));
      const asked = sessionChallengeSchema.safeParse(json);
      if (asked.success) {
        this.challenges += 1;
        const answer = this.prove(asked.data);
        if (answer !== undefined) {
          acknowledge(channel.seal(encodeFrame(answer)));
        }
        return;
      }
      const { id } = numberedSchema.parse(json);
      acknowledge(channel.seal(encodeFrame({ kind: 'received', id })));
      later(() => {
        void site.receive(deliverySchema.parse(json).message, this.port());
      });
    });
  }

  /** @throws Error with what the coordinator answered, or why it ended the connection. */
  static async connect(
    url: string,
    site: SimulatedSite,
    coordinatorKey: Uint8Array,
    changes: Partial<SiteHello> = {},
    later: Later = AT_ONCE,
  ): Promise<SocketSite> {
    const side = siteSide({ ...site, coordinatorKey }, await fetchChallenge(url), {
      url,
      ...changes,
    });
    const socket = io(url, {
      path: SOCKET.path,
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
      auth: side.auth,
    });
    return new Promise((resolve, reject) => {
      socket.once('connect_error', reject);
      // A coordinator that ends the connection before its hello causes no error of connecting.
      socket.once('disconnect', (reason) => {
        reject(new Error(`${site.siteId} was disconnected before the hello: ${reason}`));
      });
      socket.once(SOCKET.hello, (hello: Signed<CoordinatorHello>) => {
        resolve(
          new SocketSite(
            site,
            socket,
            side.open(hello),
            (challenge) => side.prove(hello, challenge),
            later,
          ),
        );
      });
    });
  }

  /** Resolves when the socket is closed. */
  async closed(): Promise<void> {
    if (this.socket.connected) {
      await new Promise((resolve) => {
        this.socket.once('disconnect', resolve);
      });
    }
  }

  async ask(request: SiteRequest, attachment?: Uint8Array): Promise<Answered> {
    const frame = this.channel.seal(encodeFrame(request, attachment));
    this.bytes.sent += frame.length;
    return new Promise((resolve) => {
      this.socket.emit(SOCKET.frame, frame, (bytes: Uint8Array) => {
        this.bytes.received += bytes.length;
        // The client hands over both in the order of arrival, as the coordinator does after its own care.
        const answer = decodeFrame(this.channel.open(bytes));
        resolve({ reply: siteReplySchema.parse(answer.json), attachment: answer.attachment });
      });
    });
  }

  private port(): SecurePort {
    const reply = async (request: SiteRequest, bytes?: Uint8Array): Promise<SiteReply> =>
      (await this.ask(request, bytes)).reply;
    return {
      join: (join) => reply({ kind: 'study.join', join }),
      advert: (advert) => reply({ kind: 'round.advert', advert }),
      decline: (decline) => reply({ kind: 'round.decline', decline }),
      vote: (vote) => reply({ kind: 'round.vote', vote }),
      openUpdate: (header) => reply({ kind: 'update.open', header }),
      chunk: (attemptId, index, bytes) => reply({ kind: 'update.chunk', attemptId, index }, bytes),
      shares: (shares, entries) => reply({ kind: 'round.shares', shares, entries: [...entries] }),
      endorse: (endorsement) => reply({ kind: 'round.endorse', endorsement }),
      unmask: (unmasking) => reply({ kind: 'round.unmask', unmasking }),
      leaf: async (leafIndex) => {
        const proven = await reply({ kind: 'log.prove', leafIndex, knownSize: 0 });
        return proven.kind === 'proof' ? proven.leaf : '';
      },
    };
  }
}
