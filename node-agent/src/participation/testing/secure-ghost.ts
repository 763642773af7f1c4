/** Another site of a secure attempt of the specs: it has its own secrets and keeps to the protocol, so what a spec opens is a sum. */
import {
  contentHash,
  generateBoxKeyPair,
  generateSigningKeyPair,
  randomBytes,
  signBody,
  type BoxKeyPair,
  type Signed,
} from '@consilium/shared/crypto';
import { fromBase64, toBase64 } from '@consilium/shared/encoding';
import { leafHash, rootOf } from '@consilium/shared/log';
import {
  peersHash,
  sharersHash,
  signedHash,
  type Advert,
  type Endorsement,
  type Manifest,
  type ShareEntry,
  type Shares,
  type Unmasking,
  type UpdateHeader,
} from '@consilium/shared/protocol';
import {
  dealShares,
  dealtTo,
  maskUpdate,
  openRelay,
  secureContext,
  selfSeedHash,
  unmaskingShares,
  type Peer,
  type SharePair,
} from '@consilium/shared/secagg';
import { encodeVector } from '@consilium/shared/tensors';
import type { AttemptId, SiteId } from '@consilium/shared/vocabulary';
import { secureAggregationOf } from '../secure-acceptance.js';
import { given } from './attempt-in-progress.js';
import { GHOST_WEIGHT } from './ghost.js';

/** A dealer's word with all its entries, as the coordinator has them. */
export interface Dealing {
  readonly shares: Signed<Shares>;
  readonly entries: readonly ShareEntry[];
}

/** What has been said in the attempt so far. */
export interface Heard {
  readonly manifest: Signed<Manifest>;
  /** U1. */
  readonly adverts: readonly Signed<Advert>[];
}

interface Secrets {
  readonly transport: BoxKeyPair;
  readonly mask: BoxKeyPair;
  readonly selfSeed: Uint8Array;
  readonly advert: Signed<Advert>;
  dealt?: { readonly dealing: Dealing; readonly own: SharePair };
}

export class SecureGhost {
  readonly key = generateSigningKeyPair();
  /** What its headers say of the training; each attempt has one of its own if this is not given. */
  training: number | undefined;
  private readonly attempts = new Map<AttemptId, Secrets>();

  constructor(readonly siteId: SiteId) {}

  advert(manifest: Signed<Manifest>): Signed<Advert> {
    const known = this.attempts.get(manifest.body.attemptId);
    if (known !== undefined) {
      return known.advert;
    }
    const transport = generateBoxKeyPair();
    const mask = generateBoxKeyPair();
    const selfSeed = randomBytes(32);
    const body: Advert = {
      ...this.fields(manifest),
      manifestHash: signedHash(manifest),
      transportKey: toBase64(transport.publicKey),
      weight: GHOST_WEIGHT,
      nonce: toBase64(randomBytes(32)),
      secure: {
        maskKey: toBase64(mask.publicKey),
        selfSeedHash: toBase64(selfSeedHash(selfSeed)),
      },
    };
    const advert = signBody('advert', body, this.key);
    this.attempts.set(manifest.body.attemptId, { transport, mask, selfSeed, advert });
    return advert;
  }

  async deal({ manifest, adverts }: Heard): Promise<Dealing> {
    const secrets = this.secrets(manifest);
    if (secrets.dealt !== undefined) {
      return secrets.dealt.dealing;
    }
    const { attemptId } = manifest.body;
    const hash = peersHash(attemptId, adverts);
    const { entries, entriesRoot, own } = await dealShares({
      attemptId,
      siteId: this.siteId,
      peers: adverts.map(({ body }) => ({
        siteId: body.siteId,
        transportKey: fromBase64(body.transportKey),
      })),
      threshold: secureAggregationOf(manifest.body).threshold,
      secrets: { selfSeed: secrets.selfSeed, maskKey: secrets.mask.secretKey },
      transportSecret: secrets.transport.secretKey,
      peersHash: hash,
    });
    const body: Shares = {
      ...this.fields(manifest),
      manifestHash: signedHash(manifest),
      peersHash: hash,
      entriesRoot,
      entries: entries.length,
    };
    const dealing = { shares: signBody('shares', body, this.key), entries };
    secrets.dealt = { dealing, own };
    return dealing;
  }

  /** Masks the vector in place and signs for it. */
  update(
    { manifest, adverts }: Heard,
    sharers: readonly Signed<Shares>[],
    vector: Uint32Array,
  ): Signed<UpdateHeader> {
    const { mask, selfSeed } = this.secrets(manifest);
    const { attemptId, attemptNo, schemaHash } = manifest.body;
    const bound = {
      attemptId,
      manifestHash: signedHash(manifest),
      peersHash: peersHash(attemptId, adverts),
      sharersHash: sharersHash(attemptId, sharers),
    };
    const names = new Set(sharers.map(({ body }) => body.siteId));
    maskUpdate(vector, {
      siteId: this.siteId,
      sharers: adverts.filter(({ body }) => names.has(body.siteId)).map(sharerOf),
      maskSecret: mask.secretKey,
      selfSeed,
      context: secureContext(bound),
    });
    const bytes = encodeVector(vector);
    const body: UpdateHeader = {
      ...this.fields(manifest),
      manifestHash: bound.manifestHash,
      peersHash: bound.peersHash,
      schemaHash,
      payload: {
        kind: 'masked',
        sharersHash: bound.sharersHash,
        training: this.training ?? attemptNo - 1,
      },
      plaintextBytes: bytes.length,
      vectorHash: contentHash(bytes),
      chunkCount: 1,
      chunkRoot: toBase64(rootOf([leafHash(bytes)])),
      cut: 0,
      trainMs: 1,
      engine: 'none',
      policyHash: schemaHash,
    };
    return signBody('update-header', body, this.key);
  }

  endorse(manifest: Signed<Manifest>, leafIndex: number, hash: string): Signed<Endorsement> {
    const body: Endorsement = { ...this.fields(manifest), leafIndex, leafHash: hash };
    return signBody('endorsement', body, this.key);
  }

  answer(
    { manifest, adverts }: Heard,
    dealings: readonly Dealing[],
    { survivors, peers, leafHash: hash }: SumToOpen,
  ): Signed<Unmasking> {
    const { transport, dealt } = this.secrets(manifest);
    const { dealing, own } = given(dealt);
    const { attemptId } = manifest.body;
    const { sharers, held } = openRelay({
      dealt: dealings.map(({ shares, entries }) => dealtTo(this.siteId, shares, entries)),
      holder: {
        siteId: this.siteId,
        transportSecret: transport.secretKey,
        own: { pair: own, sharesHash: signedHash(dealing.shares) },
      },
      attempt: {
        attemptId,
        manifestHash: signedHash(manifest),
        peersHash: peersHash(attemptId, adverts),
      },
      peers,
      required: 1,
    });
    const body: Unmasking = {
      ...this.fields(manifest),
      leafHash: hash,
      shares: unmaskingShares(held, survivors, sharers),
    };
    return signBody('unmasking', body, this.key);
  }

  private secrets({ body }: Signed<Manifest>): Secrets {
    return given(this.attempts.get(body.attemptId));
  }

  private fields({
    body,
  }: Signed<Manifest>): Pick<Advert, 'v' | 'studyId' | 'roundNo' | 'attemptId' | 'siteId'> {
    const { studyId, roundNo, attemptId } = body;
    return { v: 1, studyId, roundNo, attemptId, siteId: this.siteId };
  }
}

export interface SumToOpen {
  readonly survivors: readonly SiteId[];
  /** U1 with the keys of the roster. */
  readonly peers: readonly Peer[];
  readonly leafHash: string;
}

export function sharerOf({ body }: Signed<Advert>): {
  readonly siteId: SiteId;
  readonly maskKey: Uint8Array;
} {
  return { siteId: body.siteId, maskKey: fromBase64(given(body.secure).maskKey) };
}
