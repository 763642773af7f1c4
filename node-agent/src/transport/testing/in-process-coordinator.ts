/** A coordinator in the spec's own process: the real wire, handshake, channel and log; what it answers is up to the spec. */
import {
  createServer,
  type IncomingMessage,
  type Server as HttpServer,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, type Socket } from 'socket.io';
import {
  contentHash,
  createChannel,
  generateBoxKeyPair,
  generateSigningKeyPair,
  keyIdOf,
  randomBytes,
  sharedSecret,
  signBody,
  verifyBody,
  type Channel,
  type SigningKeyPair,
} from '@consilium/shared/crypto';
import { canonicalBytes, concatBytes, fromBase64, toBase64 } from '@consilium/shared/encoding';
import {
  decodeFrame,
  encodeFrame,
  enrolmentRequestSchema,
  receiptSchema,
  signedSiteHelloSchema,
  siteRequestSchema,
  SOCKET,
  type CoordinatorHello,
  type OwedMessage,
  type SiteReply,
  type SiteRequest,
} from '@consilium/shared/protocol';
import {
  parseOperatorId,
  type ContentHash,
  type KeyId,
  type SiteId,
} from '@consilium/shared/vocabulary';
import { TestLog } from './test-log.js';

export interface Asked {
  readonly siteId: SiteId;
  readonly request: SiteRequest;
  readonly attachment: Uint8Array;
}

export interface Answered {
  readonly reply: SiteReply;
  readonly attachment?: Uint8Array;
}

/** Undefined: the standard answers to blob.read and log.prove, `accepted` to everything else. */
export type Respond = (asked: Asked) => Answered | undefined | Promise<Answered | undefined>;

interface Session {
  readonly socket: Socket;
  readonly channel: Channel;
  /** The id that a receipt is awaited for. */
  awaiting?: number;
}

export class InProcessCoordinator {
  readonly key: SigningKeyPair = generateSigningKeyPair();
  readonly blobs = new Map<ContentHash, Uint8Array>();
  readonly asked: Asked[] = [];
  readonly sites = new Map<KeyId, { readonly siteId: SiteId; readonly identityKey: Uint8Array }>();
  /** What signs the hello: a spec may put an impostor's key here. */
  helloKey: SigningKeyPair = this.key;
  log = new TestLog();
  respond: Respond = () => undefined;
  /** Every message that travelled, as sealed bytes. */
  readonly frames: Uint8Array[] = [];
  handshakes = 0;

  private readonly invites = new Set<string>();
  private readonly challenges = new Set<string>();
  private readonly sessions = new Map<SiteId, Session>();
  private readonly owed = new Map<
    SiteId,
    { readonly id: number; readonly message: OwedMessage }[]
  >();
  private lastId = 0;

  private constructor(
    private readonly http: HttpServer,
    private readonly io: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<InProcessCoordinator> {
    const http = createServer();
    const io = new Server(http, {
      path: SOCKET.path,
      transports: ['websocket'],
      maxHttpBufferSize: 2 * 1024 * 1024,
      serveClient: false,
    });
    await new Promise<void>((resolve) => {
      http.listen(0, '127.0.0.1', resolve);
    });
    const { port } = http.address() as AddressInfo;
    const coordinator = new InProcessCoordinator(http, io, `http://127.0.0.1:${port}`);
    http.on('request', (request, response) => {
      void coordinator.serve(request, response);
    });
    io.on('connection', (socket) => {
      coordinator.welcome(socket);
    });
    coordinator.log.append({
      v: 1,
      atMs: 0,
      type: 'log.opened',
      origin: coordinator.log.origin,
      logKey: toBase64(coordinator.log.key.publicKey),
      coordinatorKey: toBase64(coordinator.key.publicKey),
    });
    return coordinator;
  }

  invite(): string {
    const invite = toBase64(randomBytes(32));
    this.invites.add(invite);
    return invite;
  }

  put(bytes: Uint8Array): ContentHash {
    const hash = contentHash(bytes);
    this.blobs.set(hash, bytes);
    return hash;
  }

  /** Delivered, again if need be, until the site says that it has it. */
  owe(siteId: SiteId, message: OwedMessage): void {
    this.lastId += 1;
    const queue = this.owed.get(siteId) ?? [];
    queue.push({ id: this.lastId, message });
    this.owed.set(siteId, queue);
    this.deliver(siteId);
  }

  /** Delivers once more what was received already, as after a restore of the outbox. */
  oweAgain(siteId: SiteId, id: number, message: OwedMessage): void {
    const queue = this.owed.get(siteId) ?? [];
    queue.unshift({ id, message });
    this.owed.set(siteId, queue);
    this.deliver(siteId);
  }

  /** Whether everything that was owed is received. */
  isSettled(siteId: SiteId): boolean {
    return (this.owed.get(siteId) ?? []).length === 0;
  }

  /** Ends every connection, as a lost network does. */
  drop(): void {
    for (const { socket } of this.sessions.values()) {
      socket.conn.close();
    }
    this.sessions.clear();
  }

  /** Sends bytes that no channel sealed. */
  sendRaw(siteId: SiteId, bytes: Uint8Array): void {
    this.sessions.get(siteId)?.socket.emit(SOCKET.frame, bytes, () => undefined);
  }

  async close(): Promise<void> {
    await this.io.close();
    await new Promise<void>((resolve) => {
      this.http.close(() => {
        resolve();
      });
    });
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === '/v1/handshake/challenge') {
      const challenge = toBase64(randomBytes(32));
      this.challenges.add(challenge);
      respondJson(response, 200, { challenge, expiresInMs: 60_000 });
    } else if (request.url === '/v1/enrolments') {
      this.enrol(await bodyOf(request), response);
    }
  }

  private enrol(body: unknown, response: ServerResponse): void {
    const { invite, enrolment } = enrolmentRequestSchema.parse(body);
    const identityKey = fromBase64(enrolment.body.identityKey);
    verifyBody('enrolment', enrolment, identityKey);
    if (!this.invites.delete(invite)) {
      respondJson(response, 400, { code: 'bad-invite' });
      return;
    }
    const { siteId } = enrolment.body;
    const keyId = keyIdOf(identityKey);
    this.sites.set(keyId, { siteId, identityKey });
    this.log.append({
      v: 1,
      atMs: 0,
      type: 'site.enrolled',
      siteId,
      keyId,
      identityKey: enrolment.body.identityKey,
      enrolmentHash: contentHash(canonicalBytes(enrolment)),
      invitedBy: parseOperatorId('op-0123456789ab'),
      approvedBy: parseOperatorId('op-ba9876543210'),
    });
    respondJson(response, 201, {
      siteId,
      coordinatorKey: toBase64(this.key.publicKey),
      logKey: toBase64(this.log.key.publicKey),
      origin: this.log.origin,
      checkpoint: this.log.checkpoint(),
      status: 'pending',
    });
  }

  private welcome(socket: Socket): void {
    const hello = signedSiteHelloSchema.parse(socket.handshake.auth);
    const site = this.sites.get(hello.keyId);
    if (site === undefined || !this.challenges.delete(hello.body.challenge)) {
      socket.disconnect(true);
      return;
    }
    verifyBody('handshake-site', hello, site.identityKey);
    const ephemeral = generateBoxKeyPair();
    const answer = signBody(
      'handshake-coordinator',
      {
        v: 1,
        siteId: site.siteId,
        challenge: hello.body.challenge,
        clientNonce: hello.body.clientNonce,
        serverNonce: toBase64(randomBytes(32)),
        siteEphemeralKey: hello.body.ephemeralKey,
        ephemeralKey: toBase64(ephemeral.publicKey),
      } satisfies CoordinatorHello,
      this.helloKey,
    );
    const secret = sharedSecret(fromBase64(hello.body.ephemeralKey), ephemeral.secretKey);
    const transcript = concatBytes(canonicalBytes(hello), canonicalBytes(answer));
    const session: Session = { socket, channel: createChannel('coordinator', secret, transcript) };
    this.handshakes += 1;
    this.sessions.set(site.siteId, session);
    socket.on(SOCKET.frame, (sealed: Uint8Array, acknowledge: (sealed: Uint8Array) => void) => {
      void this.answer(site.siteId, session, sealed, acknowledge);
    });
    socket.emit(SOCKET.hello, answer);
    this.deliver(site.siteId);
  }

  private async answer(
    siteId: SiteId,
    session: Session,
    sealed: Uint8Array,
    acknowledge: (sealed: Uint8Array) => void,
  ): Promise<void> {
    this.frames.push(sealed);
    const { json, attachment } = decodeFrame(session.channel.open(sealed));
    const asked: Asked = { siteId, request: siteRequestSchema.parse(json), attachment };
    this.asked.push(asked);
    const { reply, attachment: bytes } =
      (await this.respond(asked)) ?? this.standardAnswer(asked.request);
    if (session.socket.connected) {
      const frame = session.channel.seal(encodeFrame(reply, bytes));
      this.frames.push(frame);
      acknowledge(frame);
    }
  }

  standardAnswer(request: SiteRequest): Answered {
    if (request.kind === 'log.prove') {
      return { reply: this.log.prove(request.leafIndex, request.knownSize) };
    }
    if (request.kind !== 'blob.read') {
      return { reply: { kind: 'accepted' } };
    }
    const blob = this.blobs.get(request.hash);
    return blob === undefined
      ? { reply: { kind: 'problem', code: 'not-found', title: 'Not found', detail: '' } }
      : {
          reply: { kind: 'blob', size: blob.length },
          attachment: blob.subarray(request.offset, request.offset + request.length),
        };
  }

  private deliver(siteId: SiteId): void {
    const session = this.sessions.get(siteId);
    const next = this.owed.get(siteId)?.[0];
    if (session === undefined || next === undefined || session.awaiting !== undefined) {
      return;
    }
    session.awaiting = next.id;
    const frame = session.channel.seal(encodeFrame(next));
    this.frames.push(frame);
    session.socket.emit(SOCKET.frame, frame, (sealed: Uint8Array) => {
      // socket.io defers an event by one tick but not an acknowledgement: without this the two could swap their places.
      process.nextTick(() => {
        this.takeReceipt(siteId, session, sealed);
      });
    });
  }

  private takeReceipt(siteId: SiteId, session: Session, sealed: Uint8Array): void {
    this.frames.push(sealed);
    const { id } = receiptSchema.parse(decodeFrame(session.channel.open(sealed)).json);
    session.awaiting = undefined;
    this.owed.set(
      siteId,
      (this.owed.get(siteId) ?? []).filter((item) => item.id !== id),
    );
    this.deliver(siteId);
  }
}

function respondJson(response: ServerResponse, status: number, json: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(json));
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of request) {
    parts.push(part as Buffer);
  }
  return JSON.parse(Buffer.concat(parts).toString('utf8'));
}
