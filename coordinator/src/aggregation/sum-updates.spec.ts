import {
  boxSeal,
  contentHash,
  generateBoxKeyPair,
  randomBytes,
  sealUpdate,
} from '@consilium/shared/crypto';
import { encodeFloat } from '@consilium/shared/encoding';
import type { UpdateHeader } from '@consilium/shared/protocol';
import { encodeVector, quantise, type TensorSchema } from '@consilium/shared/tensors';
import {
  parseAttemptId,
  parseContentHash,
  parseSiteId,
  type SiteId,
} from '@consilium/shared/vocabulary';
import { sumUpdates, type SealedUpdate, type Summed } from './sum-updates.js';

const WIDTH = 300_000;
const SCHEMA: TensorSchema = [
  { name: 'head.weight', shape: [WIDTH], range: encodeFloat(0.5), init: { kind: 'zeros' } },
  { name: 'head.bias', shape: [2], range: encodeFloat(2), init: { kind: 'zeros' } },
];
const HASH = parseContentHash(`sha256:${'0'.repeat(64)}`);
const ATTEMPT = parseAttemptId('a'.repeat(32));
const WEIGHTS = new Map<SiteId, number>(
  [
    ['a', 100],
    ['b', 50],
    ['c', 7],
  ].map(([site, weight]) => [parseSiteId(site), Number(weight)]),
);
const WEIGHT_TOTAL = 157;

const VECTORS = new Map([...WEIGHTS.keys()].map((siteId) => [siteId, quantised(siteId)]));

function vectorOf(siteId: SiteId): Uint32Array {
  return VECTORS.get(siteId)?.slice() ?? new Uint32Array();
}

/** A delta that differs from site to site and reaches both ends of the range. */
function quantised(siteId: SiteId): Uint32Array {
  const data = Float32Array.from({ length: WIDTH }, (_, i) => Math.sin(i + siteId.charCodeAt(0)));
  const delta = new Map([
    ['head.weight', { shape: [WIDTH], data }],
    ['head.bias', { shape: [2], data: Float32Array.of(2, -2) }],
  ]);
  const weight = WEIGHTS.get(siteId) ?? 0;
  return quantise({ delta, schema: SCHEMA, weight, weightTotal: WEIGHT_TOTAL, sites: 3 }).vector;
}

interface Changes {
  readonly vector?: Uint32Array;
  readonly header?: Partial<UpdateHeader>;
  readonly chunks?: (chunks: Uint8Array[]) => Uint8Array[];
}

describe('the sum of updates', () => {
  const aggregation = generateBoxKeyPair();

  function sealed(site: string, changes: Changes = {}): SealedUpdate {
    const siteId = parseSiteId(site);
    const plaintext = encodeVector(changes.vector ?? vectorOf(siteId));
    const contentKey = randomBytes(32);
    const transport = generateBoxKeyPair();
    const context = { manifestHash: HASH, attemptId: ATTEMPT, siteId };
    const honest = sealUpdate({ plaintext, contentKey, context });
    const chunks = changes.chunks?.(honest) ?? honest;
    const header: UpdateHeader = {
      v: 1,
      studyId: 'smears' as UpdateHeader['studyId'],
      roundNo: 1,
      attemptId: ATTEMPT,
      siteId,
      manifestHash: HASH,
      peersHash: HASH,
      schemaHash: HASH,
      payload: {
        kind: 'encrypted',
        cipher: 'aes256gcm-stream',
        wrappedKey: boxSeal(contentKey, aggregation.publicKey, transport.secretKey),
      },
      plaintextBytes: plaintext.length,
      vectorHash: contentHash(plaintext),
      chunkCount: honest.length,
      chunkRoot: '',
      cut: 0,
      trainMs: 1,
      engine: 'spec',
      policyHash: HASH,
      ...changes.header,
    };
    return {
      header,
      transportKey: transport.publicKey,
      weight: WEIGHTS.get(siteId) ?? 0,
      chunk: (index) => Promise.resolve(chunks[index] ?? new Uint8Array()),
    };
  }

  const sum = (...updates: SealedUpdate[]): Promise<Summed> =>
    sumUpdates({
      schema: SCHEMA,
      updates,
      aggregationSecret: aggregation.secretKey,
      weightTotal: WEIGHT_TOTAL,
      sites: 3,
    });

  const expectSum = ({ ringSum }: Summed, ...sites: string[]): void => {
    const vectors = sites.map((site) => vectorOf(parseSiteId(site)));
    const expected = Uint32Array.from({ length: WIDTH + 2 }, (_, i) =>
      vectors.reduce((total, vector) => total + (vector[i] ?? 0), 0),
    );
    expect(Buffer.compare(Buffer.from(ringSum.buffer), Buffer.from(expected.buffer))).toBe(0);
  };

  it('is exact over every word of several chunks', async () => {
    const summed = await sum(sealed('a'), sealed('b'), sealed('c'));
    expect(summed).toMatchObject({ survivors: ['a', 'b', 'c'], refused: [] });
    expectSum(summed, 'a', 'b', 'c');
  });

  const flipped = (chunks: Uint8Array[]): Uint8Array[] => {
    const last = chunks.at(-1);
    if (last !== undefined) {
      last[9] = (last[9] ?? 0) ^ 1;
    }
    return chunks;
  };
  const beyond = vectorOf(parseSiteId('b'));
  beyond[5] = 0x7000_0000;

  it.each<[string, () => SealedUpdate]>([
    ['with a flipped bit in its last chunk', () => sealed('b', { chunks: flipped })],
    ['with its chunks exchanged', () => sealed('b', { chunks: (chunks) => [...chunks].reverse() })],
    ['that lacks its last chunk', () => sealed('b', { chunks: (chunks) => chunks.slice(0, 1) })],
    ['whose vector has another hash', () => sealed('b', { header: { vectorHash: HASH } })],
    ['that is shorter than the schema', () => sealed('b', { vector: new Uint32Array(5) })],
    ['with a word beyond its range', () => sealed('b', { vector: beyond })],
    [
      'sealed for another attempt',
      () => sealed('b', { header: { attemptId: parseAttemptId('b'.repeat(32)) } }),
    ],
    [
      'whose key was wrapped by somebody else',
      () => ({
        ...sealed('b'),
        transportKey: generateBoxKeyPair().publicKey,
      }),
    ],
    [
      'whose transport key is of small order',
      () => ({
        ...sealed('b'),
        transportKey: new Uint8Array(32),
      }),
    ],
    [
      'whose wrapped key is too short',
      () => {
        const { publicKey } = aggregation;
        const transport = generateBoxKeyPair();
        const wrappedKey = boxSeal(new Uint8Array(31), publicKey, transport.secretKey);
        const payload = { kind: 'encrypted', cipher: 'aes256gcm-stream', wrappedKey } as const;
        return { ...sealed('b', { header: { payload } }), transportKey: transport.publicKey };
      },
    ],
  ])('leaves no trace of an update %s', async (_, update) => {
    const summed = await sum(sealed('a'), update(), sealed('c'));
    expect(summed).toMatchObject({ survivors: ['a', 'c'], refused: ['b'] });
    expectSum(summed, 'a', 'c');
  });

  it('passes on what is not a fault of the site', async () => {
    const broken = { ...sealed('a'), chunk: () => Promise.reject(new Error('no disk')) };
    await expect(sum(broken)).rejects.toThrow('no disk');
  });

  it('lets timers run between chunks', async () => {
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 0);
    await sum(sealed('a'), sealed('b'), sealed('c'));
    clearInterval(timer);
    expect(turns).toBeGreaterThan(1);
  });
});
