/** One attempt played by real sites: adverts, sealed updates and headers, the ring sum, the next adapter checkpoint. */
import { applyUpdate } from '../../aggregation/index.js';
import {
  contentHash,
  contentHashOf,
  randomBytes,
  sealUpdate,
  seededRandom,
  signBody,
  type BoxKeyPair,
  type Signed,
} from '../../crypto/index.js';
import { toBase64 } from '../../encoding/index.js';
import { leafHash, rootOf } from '../../log/index.js';
import {
  encryptedPayload,
  peersHash,
  signedHash,
  type Advert,
  type Manifest,
  type UpdateHeader,
} from '../../protocol/index.js';
import {
  encodeVector,
  quantise,
  ringAdd,
  schemaSize,
  type TensorSchema,
  type TensorSet,
} from '../../tensors/index.js';
import { selfSeedHash } from '../../secagg/index.js';
import type { SampleSite } from './sample-context.js';
import { sampleBoxKey } from './sample-keys.js';

/** The fields that every document of the attempt repeats. */
export function ofAttempt({
  body,
}: Signed<Manifest>): Pick<Manifest, 'v' | 'studyId' | 'roundNo' | 'attemptId'> {
  const { v, studyId, roundNo, attemptId } = body;
  return { v, studyId, roundNo, attemptId };
}

/** Of a secure attempt: (s, S) and b. */
export interface SampleSecrets {
  readonly maskKey: BoxKeyPair;
  readonly selfSeed: Uint8Array;
}

function securePart({ maskKey, selfSeed }: SampleSecrets): NonNullable<Advert['secure']> {
  return {
    maskKey: toBase64(maskKey.publicKey),
    selfSeedHash: toBase64(selfSeedHash(selfSeed)),
  };
}

export interface SentAdvert {
  readonly site: SampleSite;
  readonly transportKey: BoxKeyPair;
  readonly secrets: SampleSecrets;
  readonly advert: Signed<Advert>;
}

export function sendAdvert(
  site: SampleSite,
  manifest: Signed<Manifest>,
  alter: (advert: Advert) => Advert,
): SentAdvert {
  const { roundNo, attemptNo } = manifest.body;
  const own = `${roundNo}/${attemptNo}/${site.siteId}`;
  const transportKey = sampleBoxKey(own);
  const secrets = { maskKey: sampleBoxKey(`mask/${own}`), selfSeed: randomBytes(32) };
  const advert: Advert = {
    ...ofAttempt(manifest),
    siteId: site.siteId,
    manifestHash: signedHash(manifest),
    transportKey: toBase64(transportKey.publicKey),
    weight: site.weight,
    nonce: toBase64(randomBytes(32)),
    ...(manifest.body.aggregation.kind === 'secure' ? { secure: securePart(secrets) } : {}),
  };
  return { site, transportKey, secrets, advert: signBody('advert', alter(advert), site.key) };
}

export interface SentUpdate {
  readonly header: Signed<UpdateHeader>;
  /** The quantised vector, which never enters a bundle; masked, it does. */
  readonly vector: Uint8Array;
}

export function sendUpdate(
  { site, transportKey, advert }: SentAdvert,
  peers: readonly SentAdvert[],
  manifest: Signed<Manifest>,
  schema: TensorSchema,
): SentUpdate {
  const { siteId, key } = site;
  const { attemptId } = manifest.body;
  const { vector, cut } = sampleUpdate(site, peers, manifest, schema);
  const plaintext = encodeVector(vector);
  const contentKey = randomBytes(32);
  const { manifestHash } = advert.body;
  const context = { manifestHash, attemptId, siteId };
  const chunks = sealUpdate({ plaintext, contentKey, context });
  const header: UpdateHeader = {
    ...ofAttempt(manifest),
    siteId,
    manifestHash,
    peersHash: peersHash(
      attemptId,
      peers.map((peer) => peer.advert),
    ),
    schemaHash: manifest.body.schemaHash,
    payload: encryptedPayload(contentKey, manifest.body, transportKey.secretKey),
    plaintextBytes: plaintext.length,
    vectorHash: contentHash(plaintext),
    chunkCount: chunks.length,
    chunkRoot: toBase64(rootOf(chunks.map(leafHash))),
    cut,
    trainMs: 1,
    engine: 'sample',
    policyHash: contentHashOf({}),
  };
  return { header: signBody('update-header', header, key), vector: plaintext };
}

/** What a site trained, as it is summed. */
export function sampleUpdate(
  { siteId, weight }: SampleSite,
  peers: readonly SentAdvert[],
  { body: { roundNo } }: Signed<Manifest>,
  schema: TensorSchema,
): ReturnType<typeof quantise> {
  const delta = sampleDelta(schema, `${roundNo}/${siteId}`);
  const sites = peers.length;
  return quantise({ delta, schema, weight, weightTotal: weightOf(peers), sites });
}

export function sumUpdates(schema: TensorSchema, updates: readonly SentUpdate[]): Uint32Array {
  const sum = new Uint32Array(schemaSize(schema));
  for (const { vector } of updates) {
    ringAdd(sum, vector);
  }
  return sum;
}

export interface MeanTaken {
  readonly previous: TensorSet;
  readonly ringSum: Uint32Array;
  readonly schema: TensorSchema;
  readonly peers: readonly SentAdvert[];
  readonly survivors: readonly SentAdvert[];
}

export function nextAdapter({ peers, survivors, ...rest }: MeanTaken): TensorSet {
  return applyUpdate({
    ...rest,
    weightTotal: weightOf(peers),
    weightSurvivors: weightOf(survivors),
    sites: peers.length,
  });
}

export function weightOf(peers: readonly SentAdvert[]): number {
  return peers.reduce((sum, { advert }) => sum + advert.body.weight, 0);
}

function sampleDelta(schema: TensorSchema, seed: string): TensorSet {
  const random = seededRandom(seed);
  return new Map(
    schema.map(({ name, shape }) => {
      const size = shape.reduce((product, n) => product * n, 1);
      const data = Float32Array.from({ length: size }, () => random.uniform() / 4 - 0.1);
      return [name, { shape, data }];
    }),
  );
}
