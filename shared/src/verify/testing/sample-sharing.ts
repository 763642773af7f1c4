/** What the sites of a secure sample attempt do with each other: deal shares, mask their updates, answer with shares. */
import { contentHash, contentHashOf, signBody, type Signed } from '../../crypto/index.js';
import { toBase64 } from '../../encoding/index.js';
import { leafHash, rootOf } from '../../log/index.js';
import {
  peersHash,
  signedHash,
  updateChunks,
  type Manifest,
  type ManifestGroups,
  type ShareEntry,
  type Shares,
  type Unmasking,
  type UpdateHeader,
} from '../../protocol/index.js';
import {
  companyOf,
  dealShares,
  dealtTo,
  encodeMetricWords,
  maskUpdate,
  openRelay,
  secureContext,
  selfSeedHash,
  unmaskingShares,
  type Dealer,
  type Dealing,
  type Peer,
  type Sharer,
} from '../../secagg/index.js';
import { encodeVector, type TensorSchema } from '../../tensors/index.js';
import { LIMITS, type ContentHash, type SiteId } from '../../vocabulary/index.js';
import { ofAttempt, sampleUpdate, type SentAdvert, type SentUpdate } from './sample-attempt.js';
import type { SecureForgery } from './sample-context.js';

export interface SampleDealing {
  readonly peer: SentAdvert;
  readonly shares: Signed<Shares>;
  readonly entries: readonly ShareEntry[];
  readonly own: Dealing['own'];
  /** U1, and how many shares open a secret. */
  readonly among: readonly SentAdvert[];
}

interface SharingPlan {
  /** U1 */
  readonly sent: readonly SentAdvert[];
  readonly threshold: number;
}

/** Step 2 at each of U2. */
export async function dealToAll(
  dealers: readonly SentAdvert[],
  { sent, threshold }: SharingPlan,
): Promise<SampleDealing[]> {
  return Promise.all(
    dealers.map(async (peer) => {
      const { v, studyId, roundNo, attemptId, manifestHash } = peer.advert.body;
      const { siteId, key } = peer.site;
      const hash = hashOfPeers(sent);
      const dealing = await dealShares({
        attemptId,
        siteId,
        peers: sent.map(peerOf),
        threshold,
        secrets: {
          selfSeed: peer.secrets.selfSeed,
          maskKey: peer.secrets.maskKey.secretKey,
        },
        transportSecret: peer.transportKey.secretKey,
        peersHash: hash,
      });
      const { entries, entriesRoot, own } = dealing;
      const place = { v, studyId, roundNo, attemptId, siteId, manifestHash, peersHash: hash };
      const body: Shares = { ...place, entriesRoot, entries: entries.length };
      return { peer, shares: signBody('shares', body, key), entries, own, among: sent };
    }),
  );
}

export interface MaskedUpdate extends SentUpdate {
  readonly peer: SentAdvert;
  readonly context: Uint8Array;
}

interface MaskingPlan {
  readonly manifest: Signed<Manifest>;
  readonly sent: readonly SentAdvert[];
  /** Of U2. */
  readonly dealings: readonly SampleDealing[];
  readonly sharersHash: ContentHash;
  readonly schema: TensorSchema;
  readonly classes: number;
  readonly training: SecureForgery['training'];
}

/** Step 4. The sample sites keep their figures. */
export function sendMasked({ peer }: SampleDealing, plan: MaskingPlan): MaskedUpdate {
  const { manifest, sent, schema, sharersHash } = plan;
  const { siteId, key } = peer.site;
  const { attemptId } = manifest.body;
  const { manifestHash } = peer.advert.body;
  const { vector: words, cut } = sampleUpdate(peer.site, sent, manifest, schema);
  const figures = encodeMetricWords({ classes: plan.classes, sites: sent.length });
  const masked = Uint32Array.of(...words, ...figures);
  const hash = hashOfPeers(sent);
  const context = secureContext({ attemptId, manifestHash, peersHash: hash, sharersHash });
  maskUpdate(masked, {
    siteId,
    sharers: companyOf(groupsIn(manifest), siteId, plan.dealings, siteIdOf).map((dealing) =>
      sharerOf(dealing.peer),
    ),
    maskSecret: peer.secrets.maskKey.secretKey,
    selfSeed: peer.secrets.selfSeed,
    context,
  });
  const vector = encodeVector(masked);
  const { attemptNo } = manifest.body;
  const training = plan.training?.(siteId, attemptNo) ?? attemptNo - 1;
  const payload = { kind: 'masked', sharersHash, training } as const;
  const header: UpdateHeader = {
    ...ofAttempt(manifest),
    siteId,
    manifestHash,
    peersHash: hash,
    schemaHash: manifest.body.schemaHash,
    payload,
    plaintextBytes: vector.length,
    vectorHash: contentHash(vector),
    chunkCount: updateChunks({ payload, plaintextBytes: vector.length }).total,
    chunkRoot: toBase64(rootOf(piecesOf(vector).map(leafHash))),
    cut,
    trainMs: 1,
    engine: 'sample',
    policyHash: contentHashOf({}),
  };
  return { peer, context, vector, header: signBody('update-header', header, key) };
}

/** Of the manifest of a sample. */
export function groupsIn({ body: { aggregation } }: Signed<Manifest>): ManifestGroups | undefined {
  return aggregation.kind === 'secure' ? aggregation.groups : undefined;
}

export function siteIdOf({ peer }: { readonly peer: SentAdvert }): SiteId {
  return peer.site.siteId;
}

/** Of an update, in words. */
export function maskedWords({ vector }: MaskedUpdate): number {
  return vector.length / Uint32Array.BYTES_PER_ELEMENT;
}

/** Steps 3 and 6 at one site: it opens its boxes and gives the shares that the survivors ask for. */
export function answer(
  { peer, own, shares, among }: SampleDealing,
  dealings: readonly SampleDealing[],
  survivors: readonly SiteId[],
): Pick<Unmasking, 'siteId' | 'shares'> {
  const { siteId } = peer.site;
  const { attemptId, manifestHash } = peer.advert.body;
  const { held, sharers } = openRelay({
    dealt: dealings.map((dealing) => dealtTo(siteId, dealing.shares, dealing.entries)),
    holder: {
      siteId,
      transportSecret: peer.transportKey.secretKey,
      own: { pair: own, sharesHash: signedHash(shares) },
    },
    attempt: { attemptId, manifestHash, peersHash: hashOfPeers(among) },
    peers: among.map(peerOf),
    required: dealings.length,
  });
  return { siteId, shares: unmaskingShares(held, survivors, sharers) };
}

export function dealerOf({ peer, entries }: SampleDealing): Dealer {
  const hash = selfSeedHash(peer.secrets.selfSeed);
  return { ...sharerOf(peer), selfSeedHash: hash, entries };
}

export function sharerOf({ site, secrets }: SentAdvert): Sharer {
  return { siteId: site.siteId, maskKey: secrets.maskKey.publicKey };
}

function peerOf({ site, transportKey }: SentAdvert): Peer {
  return {
    siteId: site.siteId,
    identityKey: site.key.publicKey,
    transportKey: transportKey.publicKey,
  };
}

function hashOfPeers(sent: readonly SentAdvert[]): ContentHash {
  const adverts = sent.map(({ advert }) => advert);
  const attemptId = adverts[0]?.body.attemptId;
  if (attemptId === undefined) {
    throw new RangeError('nobody advertised');
  }
  return peersHash(attemptId, adverts);
}

function piecesOf(vector: Uint8Array): Uint8Array[] {
  const count = Math.ceil(vector.length / LIMITS.chunkBytes);
  return Array.from({ length: count }, (_, i) =>
    vector.subarray(i * LIMITS.chunkBytes, (i + 1) * LIMITS.chunkBytes),
  );
}
