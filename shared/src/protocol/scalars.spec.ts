import { z } from 'zod';
import { LIMITS } from '../vocabulary/index.js';
import {
  advertSchema,
  adapterConfigSchema,
  attemptIdSchema,
  base64Schema,
  bundleIndexSchema,
  contentHashSchema,
  countSchema,
  declineSchema,
  deliverySchema,
  floatBitsSchema,
  keyIdSchema,
  participationSchema,
  positiveSchema,
  publicKeySchema,
  signatureSchema,
  siteIdSchema,
  siteRequestSchema,
  studyIdSchema,
  taskSchema,
  trainingConfigSchema,
  versionSchema,
} from './index.js';
import { bytes, hash } from './testing/sample-scalars.js';

interface Bounds {
  readonly name: string;
  readonly schema: z.ZodType;
  readonly taken: readonly unknown[];
  readonly refused: readonly unknown[];
}

const NAMES = {
  taken: ['a', '0', 'st-marys', 'a'.repeat(63), 'constructors'],
  refused: [
    '',
    '-a',
    'A',
    'a_b',
    'a.b',
    'é',
    'a b',
    'a\n',
    'a'.repeat(64),
    'constructor',
    'prototype',
  ],
};

const TABLE: readonly Bounds[] = [
  { name: 'study id', schema: studyIdSchema, ...NAMES },
  { name: 'site id', schema: siteIdSchema, ...NAMES },
  {
    name: 'attempt id',
    schema: attemptIdSchema,
    taken: ['0f'.repeat(16)],
    refused: ['0F'.repeat(16), '0'.repeat(31), '0'.repeat(33), 'g'.repeat(32)],
  },
  {
    name: 'key id',
    schema: keyIdSchema,
    taken: ['0f'.repeat(8)],
    refused: ['0F'.repeat(8), '0'.repeat(15), '0'.repeat(17)],
  },
  {
    name: 'content hash',
    schema: contentHashSchema,
    taken: [hash()],
    refused: [hash().slice(7), hash().toUpperCase(), `${hash()}0`, `sha512:${'0'.repeat(64)}`],
  },
  {
    name: 'float',
    schema: floatBitsSchema,
    taken: ['f64:3ff0000000000000', 'f64:fff0000000000000'],
    refused: ['1.0', 'f64:3FF0000000000000', 'f64:3ff', 'f32:3f800000'],
  },
  {
    name: 'count',
    schema: countSchema,
    taken: [0, 1, Number.MAX_SAFE_INTEGER],
    refused: [-1, 0.5, 2 ** 53, Infinity, Number.NaN, '1'],
  },
  { name: 'positive', schema: positiveSchema, taken: [1], refused: [0, -1, 2 ** 53] },
  { name: 'version', schema: versionSchema, taken: [1], refused: [0, 2, '1'] },
  {
    name: 'public key',
    schema: publicKeySchema,
    taken: [bytes(32, 0), bytes(32, 255)],
    refused: [bytes(30), bytes(34), '', `${bytes(32).slice(0, 42)}-=`, ` ${bytes(32)}`],
  },
  {
    name: 'signature',
    schema: signatureSchema,
    taken: [bytes(64)],
    refused: [bytes(32), bytes(67)],
  },
  {
    name: 'text of bytes that have no other text',
    schema: z.union([publicKeySchema, signatureSchema]),
    taken: [`${'A'.repeat(42)}E=`, `${'A'.repeat(85)}Q==`],
    refused: [`${'A'.repeat(42)}B=`, `${'A'.repeat(42)}F=`, `${'A'.repeat(85)}B==`],
  },
  {
    name: '24 bytes',
    schema: base64Schema(24),
    taken: [bytes(24)],
    refused: [bytes(21), bytes(27)],
  },
];

describe.each(TABLE)('a $name', ({ schema, taken, refused }) => {
  it('takes what has the form', () => {
    expect(taken.filter((value) => !schema.safeParse(value).success)).toEqual([]);
  });

  it('refuses the next value beyond', () => {
    expect(refused.filter((value) => schema.safeParse(value).success)).toEqual([]);
  });
});

const { shape: advert } = advertSchema;
const { shape: participation } = participationSchema;
const { blobLength, chunkIndex } = requestFields();
const filePath = bundleIndexSchema.shape.files.element.shape.path;
const lora = (fields: object) => ({
  kind: 'lora',
  rank: 8,
  alpha: 16,
  targets: ['query'],
  blocks: [0],
  ...fields,
});

const patternOf = (target: string) => ({ block: 0, target, rank: 2, alpha: 4 });

const ia3 = (feedForward: readonly string[]) => ({
  kind: 'ia3',
  targets: ['mlp-up', 'mlp-down'],
  feedForward,
  blocks: [0],
});

function requestFields() {
  const fieldOf = (kind: string, fields: (value: unknown) => object): z.ZodType =>
    z.unknown().refine((value) => siteRequestSchema.safeParse({ kind, ...fields(value) }).success);
  return {
    blobLength: fieldOf('blob.read', (length) => ({ hash: hash(), offset: 0, length })),
    chunkIndex: fieldOf('update.chunk', (index) => ({ attemptId: '0f'.repeat(16), index })),
  };
}

describe('limits of single members', () => {
  it.each<[string, z.ZodType, unknown, unknown]>([
    ['smallest weight', advert.weight, 1, 0],
    ['largest weight', advert.weight, 1e9, 1e9 + 1],
    ['fewest sites', participation.minSites, 2, 1],
    ['most sites', participation.minSites, 1000, 1001],
    ['most listed sites', participation.sites, Array(1000).fill('a'), Array(1001).fill('a')],
    ['fewest listed sites', participation.sites, ['a'], []],
    ['longest read', blobLength, LIMITS.chunkBytes, LIMITS.chunkBytes + 1],
    ['shortest read', blobLength, 1, 0],
    ['first chunk', chunkIndex, 0, -1],
    ['first delivery', deliverySchema.shape.id, 1, 0],
    ['longest decline code', declineSchema.shape.code, 'a'.repeat(64), 'a'.repeat(65)],
    ['form of a decline code', declineSchema.shape.code, 'training-failed', 'Training failed'],
    ['fewest classes', taskSchema.shape.classes, ['a', 'b'], ['a']],
    ['longest class', taskSchema.shape.classes, ['a', 'b'.repeat(64)], ['a', 'b'.repeat(65)]],
    ['largest rank', adapterConfigSchema, lora({ rank: 256 }), lora({ rank: 257 })],
    ['smallest rank', adapterConfigSchema, lora({ rank: 1 }), lora({ rank: 0 })],
    ['fewest blocks', adapterConfigSchema, lora({ blocks: [0] }), lora({ blocks: [] })],
    ['known targets', adapterConfigSchema, lora({ targets: ['mlp-up'] }), lora({ targets: ['k'] })],
    ['each block once', adapterConfigSchema, lora({ blocks: [0, 1] }), lora({ blocks: [0, 0] })],
    [
      'each target once',
      adapterConfigSchema,
      lora({ targets: ['query', 'key'] }),
      lora({ targets: ['query', 'query'] }),
    ],
    [
      'each layer of a rank pattern once',
      adapterConfigSchema,
      lora({ rankPattern: [patternOf('query'), patternOf('key')] }),
      lora({ rankPattern: [patternOf('query'), patternOf('query')] }),
    ],
    [
      'each scaled input once',
      adapterConfigSchema,
      ia3(['mlp-up', 'mlp-down']),
      ia3(['mlp-down', 'mlp-down']),
    ],
    ['fewest rounds', trainingConfigSchema.shape.rounds, 1, 0],
    ['file inside the bundle', filePath, 'attempts/9c/record.json', '../record.json'],
    ['relative file', filePath, 'bundle.json', '/etc/passwd'],
  ])('%s', (_, schema, taken, refused) => {
    expect(schema.safeParse(taken).success).toBe(true);
    expect(schema.safeParse(refused).success).toBe(false);
  });
});
