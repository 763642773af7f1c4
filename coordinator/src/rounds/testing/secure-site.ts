/**
 * A site of a secure attempt made of the functions of shared/secagg: it deals, masks, endorses and answers as an honest one,
 * and each of its words may be bent by the spec before it is signed or sent.
 */
import {
  contentHash,
  generateBoxKeyPair,
  randomBytes,
  signBody,
  type BoxKeyPair,
  type Signed,
} from '@consilium/shared/crypto';
import { fromBase64, toBase64, utf8 } from '@consilium/shared/encoding';
import { leafHash, rootOf } from '@consilium/shared/log';
import {
  peersHash,
  sharersHash,
  signedHash,
  updateChunks,
  type Advert,
  type Endorsement,
  type Manifest,
  type ManifestGroups,
  type OwedMessage,
  type ShareEntry,
  type Shares,
  type SiteReply,
  type Unmasking,
  type UpdateHeader,
} from '@consilium/shared/protocol';
import {
  companyOf,
  dealShares,
  encodeMetricWords,
  maskUpdate,
  openDealt,
  secureContext,
  selfSeedHash,
  unmaskingShares,
  type SharePair,
} from '@consilium/shared/secagg';
import { encodeVector } from '@consilium/shared/tensors';
import type { AttemptId, SiteId } from '@consilium/shared/vocabulary';
import {
  POLICY_HASH,
  required,
  SimulatedSite,
  type Owed,
  type SealedUpdate,
  type SitePort,
} from './simulated-site.js';

export interface SecurePort extends SitePort {
  shares(shares: Signed<Shares>, entries: readonly ShareEntry[]): Promise<SiteReply>;
  endorse(endorsement: Signed<Endorsement>): Promise<SiteReply>;
  unmask(unmasking: Signed<Unmasking>): Promise<SiteReply>;
  /** A leaf's bytes, as a site has them proven. */
  leaf(index: number): Promise<string>;
}

export interface Dealing {
  readonly shares: Signed<Shares>;
  readonly entries: readonly ShareEntry[];
}

/** What a site makes for one attempt. */
export interface Secrets {
  readonly transport: BoxKeyPair;
  readonly mask: BoxKeyPair;
  readonly selfSeed: Uint8Array;
  own?: { readonly pair: SharePair; readonly shares: Signed<Shares> };
  held?: ReadonlyMap<SiteId, SharePair>;
  survivors?: readonly SiteId[];
  leafHash?: string;
}

/** How a spec bends an update; both before it is signed. */
export interface MaskedChanges {
  readonly header?: Partial<UpdateHeader>;
  readonly vector?: (masked: Uint8Array) => Uint8Array;
  /** A training of its own for each attempt, if not given. */
  readonly training?: number;
}

export class SecureSite extends SimulatedSite {
  /** Identity keys of the members, as a roster has them. */
  readonly directory = new Map<SiteId, Uint8Array>();
  private readonly secrets = new Map<AttemptId, Secrets>();

  override async receive(message: OwedMessage, port: SecurePort): Promise<void> {
    switch (message.kind) {
      case 'round.peers':
        this.note(message);
        await this.sendShares(port, await this.deal(message));
        return;
      case 'round.relay':
        this.note(message);
        await this.send(this.masked(message), port);
        return;
      case 'round.survivors':
        this.note(message);
        await port.endorse(await this.endorsement(message, port));
        return;
      case 'round.quorum':
        this.note(message);
        await port.unmask(this.answer(message.attemptId));
        return;
      default:
        await super.receive(message, port);
    }
  }

  override advert(manifest: Signed<Manifest>, changes: Partial<Advert> = {}): Signed<Advert> {
    const { transport, mask, selfSeed } = this.secretsOf(manifest.body.attemptId);
    return super.advert(manifest, {
      transportKey: toBase64(transport.publicKey),
      secure: {
        maskKey: toBase64(mask.publicKey),
        selfSeedHash: toBase64(selfSeedHash(selfSeed)),
      },
      ...changes,
    });
  }

  /** @param secrets other ones than the advert names, of a site that lies */
  async deal(
    { attemptId, adverts }: Owed<'round.peers'>,
    secrets?: { readonly selfSeed: Uint8Array },
  ): Promise<Dealing> {
    const manifest = this.manifestOf(attemptId);
    const mine = this.secretsOf(attemptId);
    const named = peersHash(attemptId, adverts);
    const { entries, entriesRoot, own } = await dealShares({
      attemptId,
      siteId: this.siteId,
      peers: adverts.map(({ body }) => ({
        siteId: body.siteId,
        transportKey: fromBase64(body.transportKey),
      })),
      threshold: thresholdOf(manifest.body),
      secrets: { selfSeed: mine.selfSeed, maskKey: mine.mask.secretKey, ...secrets },
      transportSecret: mine.transport.secretKey,
      peersHash: named,
    });
    const body = {
      ...this.placeIn(manifest),
      peersHash: named,
      entriesRoot,
      entries: entries.length,
    };
    const shares = signBody('shares', body, this.identity);
    mine.own = { pair: own, shares };
    return { shares, entries };
  }

  async sendShares(port: SecurePort, { shares, entries }: Dealing): Promise<SiteReply> {
    return port.shares(shares, entries);
  }

  /** The masked update, ready to send. */
  masked(relay: Owed<'round.relay'>, changes: MaskedChanges = {}): SealedUpdate {
    const { attemptId, dealt } = relay;
    const manifest = this.manifestOf(attemptId);
    const { adverts } = this.latest('round.peers');
    const named = peersHash(attemptId, adverts);
    const words = dealt.map(({ shares }) => shares);
    const sharers = sharersHash(attemptId, words);
    this.open(relay, named);
    const vector = this.vectorWithMetrics(manifest.body.roundNo, adverts);
    const { mask, selfSeed } = this.secretsOf(attemptId);
    const place = this.placeIn(manifest);
    maskUpdate(vector, {
      siteId: this.siteId,
      sharers: companyOf(groupsOf(manifest.body), this.siteId, words, (one) => one.body.siteId).map(
        ({ body }) => ({
          siteId: body.siteId,
          maskKey: maskKeyOf(adverts, body.siteId),
        }),
      ),
      maskSecret: mask.secretKey,
      selfSeed,
      context: secureContext({
        attemptId,
        manifestHash: place.manifestHash,
        peersHash: named,
        sharersHash: sharers,
      }),
    });
    const bytes = encodeVector(vector);
    const sent = changes.vector?.(bytes) ?? bytes;
    const training = changes.training ?? manifest.body.attemptNo - 1;
    const payload = { kind: 'masked', sharersHash: sharers, training } as const;
    const chunks = cut(sent, updateChunks({ payload, plaintextBytes: sent.length }).sizes);
    const header: UpdateHeader = {
      ...place,
      peersHash: named,
      schemaHash: manifest.body.schemaHash,
      payload,
      plaintextBytes: bytes.length,
      vectorHash: contentHash(bytes),
      chunkCount: chunks.length,
      chunkRoot: toBase64(rootOf(chunks.map(leafHash))),
      cut: 0,
      trainMs: 5,
      engine: 'formula',
      policyHash: POLICY_HASH,
      ...changes.header,
    };
    return { header: signBody('update-header', header, this.identity), chunks };
  }

  async endorsement(
    { attemptId, leafIndex, headers }: Owed<'round.survivors'>,
    port: Pick<SecurePort, 'leaf'>,
    changes: Partial<Endorsement> = {},
  ): Promise<Signed<Endorsement>> {
    const mine = this.secretsOf(attemptId);
    mine.survivors = headers.map(({ body }) => body.siteId);
    mine.leafHash = toBase64(leafHash(utf8(await port.leaf(leafIndex))));
    const body = { ...this.siteIn(attemptId), leafIndex, leafHash: mine.leafHash, ...changes };
    return signBody('endorsement', body, this.identity);
  }

  answer(attemptId: AttemptId, bend: BendShares = (shares) => shares): Signed<Unmasking> {
    const { held, survivors, leafHash: leaf } = this.secretsOf(attemptId);
    const sharers = [...required(held).keys()];
    const shares = bend([...unmaskingShares(required(held), required(survivors), sharers)]);
    const body = { ...this.siteIn(attemptId), leafHash: required(leaf), shares };
    return signBody('unmasking', body, this.identity);
  }

  private open(
    { attemptId, dealt }: Owed<'round.relay'>,
    named: ReturnType<typeof peersHash>,
  ): void {
    const mine = this.secretsOf(attemptId);
    const { pair, shares } = required(mine.own);
    const { adverts } = this.latest('round.peers');
    const attempt = {
      attemptId,
      manifestHash: signedHash(this.manifestOf(attemptId)),
      peersHash: named,
    };
    mine.held = new Map(
      dealt.map((one) => [
        one.shares.body.siteId,
        openDealt({
          dealt: one,
          holder: {
            siteId: this.siteId,
            transportSecret: mine.transport.secretKey,
            own: { pair, sharesHash: signedHash(shares) },
          },
          attempt,
          peers: adverts.map(({ body }) => ({
            siteId: body.siteId,
            identityKey: required(this.directory.get(body.siteId)),
            transportKey: fromBase64(body.transportKey),
          })),
        }),
      ]),
    );
  }

  private vectorWithMetrics(roundNo: number, adverts: readonly Signed<Advert>[]): Uint32Array {
    const parameters = this.vector(roundNo, adverts);
    const classes = this.classes();
    const confusion = Array.from({ length: classes }, (_, row) =>
      Array.from({ length: classes }, (_, column) => (row === column ? this.weight : 1)),
    );
    const figures = { before: { confusion, lossSum: 2 }, after: { confusion, lossSum: 1 } };
    const metrics = encodeMetricWords({ classes, sites: adverts.length, figures });
    const vector = new Uint32Array(parameters.length + metrics.length);
    vector.set(parameters);
    vector.set(metrics, parameters.length);
    return vector;
  }

  private siteIn(attemptId: AttemptId) {
    const { v, studyId, roundNo, siteId } = this.placeIn(this.manifestOf(attemptId));
    return { v, studyId, roundNo, attemptId, siteId };
  }

  /** Also what a corrupt site hands to the coordinator. */
  secretsOf(attemptId: AttemptId): Secrets {
    const known = this.secrets.get(attemptId);
    const secrets = known ?? {
      transport: generateBoxKeyPair(),
      mask: generateBoxKeyPair(),
      selfSeed: randomBytes(32),
    };
    this.secrets.set(attemptId, secrets);
    return secrets;
  }
}

export type BendShares = (shares: Unmasking['shares']) => Unmasking['shares'];

function thresholdOf({ aggregation }: Manifest): number {
  if (aggregation.kind !== 'secure') {
    throw new Error('the attempt is a plain one');
  }
  return aggregation.threshold;
}

function groupsOf({ aggregation }: Manifest): ManifestGroups | undefined {
  return aggregation.kind === 'secure' ? aggregation.groups : undefined;
}

function maskKeyOf(adverts: readonly Signed<Advert>[], siteId: SiteId): Uint8Array {
  const advert = adverts.find(({ body }) => body.siteId === siteId);
  return fromBase64(required(advert?.body.secure).maskKey);
}

function cut(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  let offset = 0;
  return sizes.map((size) => bytes.slice(offset, (offset += size)));
}
