/** A site played by hand: the real handshake and channel, and nothing that keeps it from sending whatever a spec wants. */
import {
  createChannel,
  generateBoxKeyPair,
  keyIdOf,
  randomBytes,
  sha256,
  sharedSecret,
  signBody,
  verifyBody,
  type Channel,
  type Signed,
  type SigningKeyPair,
} from '@consilium/shared/crypto';
import { canonicalBytes, concatBytes, fromBase64, toBase64 } from '@consilium/shared/encoding';
import {
  challengeSchema,
  decodeFrame,
  deliverySchema,
  encodeFrame,
  sessionChallengeSchema,
  siteReplySchema,
  SOCKET,
  type CoordinatorHello,
  type OwedMessage,
  type SessionAnswer,
  type SessionChallenge,
  type SiteHello,
  type SiteReply,
  type SiteRequest,
} from '@consilium/shared/protocol';
import type { SiteId, StudyId } from '@consilium/shared/vocabulary';
import { io, type Socket } from 'socket.io-client';

export interface SiteIdentity {
  readonly siteId: SiteId;
  readonly identity: SigningKeyPair;
  readonly coordinatorKey: Uint8Array;
}

type Owed<K extends OwedMessage['kind']> = Extract<OwedMessage, { kind: K }>;

export class RawSite {
  /** Everything that was delivered, oldest first. */
  readonly inbox: OwedMessage[] = [];
  /** Frames as they went out. */
  readonly sent: Uint8Array[] = [];
  readonly closed: Promise<void>;
  private wake: () => void = () => undefined;

  private constructor(
    readonly who: SiteIdentity,
    readonly socket: Socket,
    readonly channel: Channel,
    private readonly prove: (challenge: SessionChallenge) => SessionAnswer,
  ) {
    this.closed = new Promise((resolve) => {
      socket.once('disconnect', () => resolve());
    });
    socket.on(SOCKET.frame, (bytes: Uint8Array, acknowledge: (bytes: Uint8Array) => void) => {
      const { json } = decodeFrame(channel.open(bytes));
      const asked = sessionChallengeSchema.safeParse(json);
      if (asked.success) {
        acknowledge(channel.seal(encodeFrame(this.prove(asked.data))));
        return;
      }
      const { id, message } = deliverySchema.parse(json);
      acknowledge(channel.seal(encodeFrame({ kind: 'received', id })));
      this.inbox.push(message);
      this.wake();
    });
  }

  /** @throws Error with what the coordinator answered */
  static async connect(
    url: string,
    who: SiteIdentity,
    changes: Partial<SiteHello> = {},
  ): Promise<RawSite> {
    const { hello, complete } = await openHello(url, who, changes);
    const socket = io(url, {
      ...{ path: SOCKET.path, transports: ['websocket'], reconnection: false, forceNew: true },
      auth: hello,
    });
    return new Promise((resolve, reject) => {
      socket.once('connect_error', reject);
      socket.once(SOCKET.hello, (answer: Signed<CoordinatorHello>) => {
        const { channel, prove } = complete(answer);
        resolve(new RawSite(who, socket, channel, prove));
      });
    });
  }

  async ask(request: SiteRequest, attachment?: Uint8Array): Promise<SiteReply> {
    const sealed = this.channel.seal(encodeFrame(request, attachment));
    this.sent.push(sealed);
    return new Promise((resolve, reject) => {
      void this.closed.then(() => reject(new Error('the coordinator closed the connection')));
      this.socket.emit(SOCKET.frame, sealed, (bytes: Uint8Array) => {
        // Both ends hand over in the order of arrival.
        resolve(siteReplySchema.parse(decodeFrame(this.channel.open(bytes)).json));
      });
    });
  }

  /** The newest message of a kind in a study, waited for. */
  async message<K extends OwedMessage['kind']>(
    kind: K,
    studyId: StudyId,
    isWanted: (message: Owed<K>) => boolean = () => true,
  ): Promise<Owed<K>> {
    for (;;) {
      const found = this.inbox.findLast(
        (message): message is Owed<K> =>
          message.kind === kind && studyOf(message) === studyId && isWanted(message as Owed<K>),
      );
      if (found !== undefined) {
        return found;
      }
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  close(): void {
    this.socket.disconnect();
  }
}

function studyOf(message: OwedMessage): StudyId {
  switch (message.kind) {
    case 'study.offer':
      return message.protocol.body.studyId;
    case 'round.manifest':
      return message.manifest.body.studyId;
    case 'round.candidate':
    case 'round.result':
      return message.record.studyId;
    default:
      return message.studyId;
  }
}

async function openHello(url: string, who: SiteIdentity, changes: Partial<SiteHello>) {
  const response = await fetch(`${url}/v1/handshake/challenge`);
  const { challenge } = challengeSchema.parse(await response.json());
  const ephemeral = generateBoxKeyPair();
  const body: SiteHello = {
    ...{ v: 1, siteId: who.siteId, url, challenge, agentVersion: '0.1.0', atMs: Date.now() },
    coordinatorKeyId: keyIdOf(who.coordinatorKey),
    clientNonce: toBase64(randomBytes(32)),
    ephemeralKey: toBase64(ephemeral.publicKey),
    ...changes,
  };
  const hello = signBody('handshake-site', body, who.identity);
  const complete = (answer: Signed<CoordinatorHello>) => {
    const theirs = verifyBody('handshake-coordinator', answer, who.coordinatorKey);
    const secret = sharedSecret(fromBase64(theirs.ephemeralKey), ephemeral.secretKey);
    const transcript = concatBytes(canonicalBytes(hello), canonicalBytes(answer));
    const { siteId, coordinatorKeyId } = body;
    const transcriptHash = toBase64(sha256(transcript));
    return {
      channel: createChannel('site', secret, transcript),
      prove: ({ challenge: asked }: SessionChallenge): SessionAnswer => {
        const proof = { v: 1, siteId, coordinatorKeyId, url: body.url, challenge: asked } as const;
        const signed = signBody('session', { ...proof, transcriptHash }, who.identity);
        return { kind: 'session.proof', proof: signed };
      },
    };
  };
  return { hello, complete };
}
