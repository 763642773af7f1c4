/**
 * A site made of shared functions: it speaks the real documents and trains nothing, its delta is a formula. Each answer may be
 * bent by the spec before it is signed or sent.
 */
import {
  contentHash,
  contentHashOf,
  generateBoxKeyPair,
  generateSigningKeyPair,
  randomBytes,
  sealUpdate,
  sha256,
  signBody,
  type BoxKeyPair,
  type Signed,
  type SigningKeyPair,
} from '@consilium/shared/crypto';
import { fromBase64, toBase64 } from '@consilium/shared/encoding';
import { leafHash, rootOf } from '@consilium/shared/log';
import {
  encryptedPayload,
  parseSitePolicy,
  peersHash,
  signedHash,
  sitePolicyHash,
  studyProtocolHash,
  type Advert,
  type Decline,
  type Enrolment,
  type EnrolmentRequest,
  type Join,
  type Manifest,
  type OwedMessage,
  type SiteReply,
  type StudyProtocol,
  type UpdateHeader,
  type Vote,
} from '@consilium/shared/protocol';
import {
  encodeVector,
  quantise,
  type TensorSchema,
  type TensorSet,
} from '@consilium/shared/tensors';
import { parseSiteId, type AttemptId, type SiteId } from '@consilium/shared/vocabulary';
import { schemaOf } from '../../studies/study.js';

export const POLICY_HASH = sitePolicyHash(parseSitePolicy({}));

/** How a site reaches the coordinator. */
export interface SitePort {
  join(join: Signed<Join>): Promise<unknown>;
  advert(advert: Signed<Advert>): Promise<SiteReply>;
  decline(decline: Signed<Decline>): Promise<SiteReply>;
  vote(vote: Signed<Vote>): Promise<SiteReply>;
  openUpdate(header: Signed<UpdateHeader>): Promise<SiteReply>;
  chunk(attemptId: AttemptId, index: number, bytes: Uint8Array): Promise<SiteReply>;
}

/** An encrypted update, ready to send. */
export interface SealedUpdate {
  readonly header: Signed<UpdateHeader>;
  readonly chunks: readonly Uint8Array[];
}

/** How a spec bends an update; both before it is signed. */
export interface UpdateChanges {
  readonly header?: Partial<UpdateHeader>;
  readonly chunks?: (sealed: Uint8Array[]) => Uint8Array[];
}

/** What every document of a site in an attempt says. */
export type PlaceInAttempt = Pick<
  Advert,
  'v' | 'studyId' | 'roundNo' | 'attemptId' | 'siteId' | 'manifestHash'
>;

export type Owed<K extends OwedMessage['kind']> = Extract<OwedMessage, { kind: K }>;

export class SimulatedSite {
  readonly siteId: SiteId;
  /** Everything delivered so far, oldest first. */
  readonly inbox: OwedMessage[] = [];
  protected protocol: StudyProtocol | undefined;
  private readonly manifests = new Map<AttemptId, Signed<Manifest>>();
  private readonly transportKeys = new Map<AttemptId, BoxKeyPair>();

  constructor(
    name: string,
    readonly weight: number,
    readonly identity: SigningKeyPair = generateSigningKeyPair(),
  ) {
    this.siteId = parseSiteId(name);
  }

  readonly enrolment = (invite: string): EnrolmentRequest => {
    const body: Enrolment = {
      v: 1,
      siteId: this.siteId,
      identityKey: toBase64(this.identity.publicKey),
      inviteHash: toBase64(sha256(fromBase64(invite))),
      agentVersion: '0.1.0',
    };
    return { invite, enrolment: signBody('enrolment', body, this.identity) };
  };

  /** What an honest agent does with a message. */
  async receive(message: OwedMessage, port: SitePort): Promise<void> {
    this.inbox.push(message);
    switch (message.kind) {
      case 'study.offer':
        await port.join(this.join(message));
        return;
      case 'round.manifest':
        this.accept(message.manifest);
        await port.advert(this.advert(message.manifest));
        return;
      case 'round.peers':
        await this.send(this.update(message), port);
        return;
      case 'round.relay':
      case 'round.survivors':
      case 'round.quorum':
        throw new Error(`${this.siteId} was sent ${message.kind} of a secure attempt`);
      case 'round.candidate':
        await port.vote(this.vote(message));
        return;
      case 'round.result':
      case 'round.aborted':
      case 'study.completed':
      case 'study.failed':
        return;
    }
  }

  hasSeen(kind: OwedMessage['kind']): boolean {
    return this.inbox.some((message) => message.kind === kind);
  }

  latest<K extends OwedMessage['kind']>(kind: K): Owed<K> {
    const found = this.inbox.findLast((message): message is Owed<K> => message.kind === kind);
    if (found === undefined) {
      throw new Error(`${this.siteId} was never sent ${kind}`);
    }
    return found;
  }

  /** Notes a message without answering it. */
  note(message: OwedMessage): void {
    this.inbox.push(message);
    if (message.kind === 'study.offer') {
      this.protocol = message.protocol.body;
    } else if (message.kind === 'round.manifest') {
      this.accept(message.manifest);
    }
  }

  join({ protocol }: Owed<'study.offer'>): Signed<Join> {
    this.protocol = protocol.body;
    const body: Join = {
      v: 1,
      studyId: protocol.body.studyId,
      siteId: this.siteId,
      studyProtocolHash: studyProtocolHash(protocol.body),
      policyHash: POLICY_HASH,
      decision: { kind: 'join', images: this.weight, used: this.weight, skipped: 0 },
    };
    return signBody('join', body, this.identity);
  }

  advert(manifest: Signed<Manifest>, changes: Partial<Advert> = {}): Signed<Advert> {
    const keys = this.transportKeys.get(manifest.body.attemptId) ?? generateBoxKeyPair();
    this.transportKeys.set(manifest.body.attemptId, keys);
    const body: Advert = {
      ...this.placeIn(manifest),
      transportKey: toBase64(keys.publicKey),
      weight: this.weight,
      nonce: toBase64(randomBytes(32)),
      ...changes,
    };
    return signBody('advert', body, this.identity);
  }

  decline(manifest: Signed<Manifest>): Signed<Decline> {
    return signBody('decline', { ...this.placeIn(manifest), code: 'no-data' }, this.identity);
  }

  /** It trains nothing, so it measures nothing. */
  vote(
    { record }: Owed<'round.candidate'>,
    verdict: Vote['verdict'] = 'accept',
    changes: Partial<Pick<Vote, 'recordHash' | 'siteId'>> = {},
  ): Signed<Vote> {
    const place = this.placeIn(this.manifestOf(record.attemptId));
    const fields = { ...place, recordHash: contentHashOf(record), ...changes };
    const body: Vote =
      verdict === 'accept'
        ? { ...fields, verdict, code: 'not-measured' }
        : { ...fields, verdict, code: 'worse' };
    return signBody('vote', body, this.identity);
  }

  update({ attemptId, adverts }: Owed<'round.peers'>, changes: UpdateChanges = {}): SealedUpdate {
    const manifest = required(this.manifests.get(attemptId));
    const transport = required(this.transportKeys.get(attemptId));
    const plaintext = encodeVector(this.vector(manifest.body.roundNo, adverts));
    const contentKey = randomBytes(32);
    const place = this.placeIn(manifest);
    const sealed = sealUpdate({ plaintext, contentKey, context: place });
    const chunks = changes.chunks?.(sealed) ?? sealed;
    const body: UpdateHeader = {
      ...place,
      peersHash: peersHash(attemptId, adverts),
      schemaHash: manifest.body.schemaHash,
      payload: encryptedPayload(contentKey, manifest.body, transport.secretKey),
      plaintextBytes: plaintext.length,
      vectorHash: contentHash(plaintext),
      chunkCount: chunks.length,
      chunkRoot: toBase64(rootOf(chunks.map(leafHash))),
      cut: 0,
      trainMs: 5,
      engine: 'formula',
      policyHash: POLICY_HASH,
      ...changes.header,
    };
    return { header: signBody('update-header', body, this.identity), chunks };
  }

  async send({ header, chunks }: SealedUpdate, port: SitePort): Promise<SiteReply> {
    let reply = await port.openUpdate(header);
    for (const index of reply.kind === 'upload' ? reply.missing : []) {
      reply = await port.chunk(header.body.attemptId, index, chunks[index] ?? new Uint8Array());
    }
    return reply;
  }

  vector(roundNo: number, adverts: readonly Signed<Advert>[]): Uint32Array {
    const weightTotal = adverts.reduce((sum, { body }) => sum + body.weight, 0);
    const schema = schemaOf(required(this.protocol));
    return quantise({
      delta: this.delta(schema, roundNo),
      schema,
      weight: this.weight,
      weightTotal,
      sites: adverts.length,
    }).vector;
  }

  /** Within the range of the study, different for each site, round and parameter. */
  delta(schema: TensorSchema, roundNo: number): TensorSet {
    const seed = this.weight + roundNo;
    return new Map(
      schema.map(({ name, shape }) => {
        const data = new Float32Array(shape.reduce((product, n) => product * n, 1));
        return [name, { shape, data: data.map((_, i) => Math.sin(seed * (i + 1)) / 2) }];
      }),
    );
  }

  /** K of the study's task. */
  protected classes(): number {
    return required(this.protocol).task.classes.length;
  }

  protected manifestOf(attemptId: AttemptId): Signed<Manifest> {
    return required(this.manifests.get(attemptId));
  }

  private accept(manifest: Signed<Manifest>): void {
    this.manifests.set(manifest.body.attemptId, manifest);
  }

  protected placeIn(manifest: Signed<Manifest>): PlaceInAttempt {
    const { studyId, roundNo, attemptId } = manifest.body;
    const manifestHash = signedHash(manifest);
    return { v: 1, studyId, roundNo, attemptId, siteId: this.siteId, manifestHash };
  }
}

export function required<T>(value: T | undefined): T {
  if (value === undefined) {
    throw new Error('the simulated site has not seen what it is to answer');
  }
  return value;
}
