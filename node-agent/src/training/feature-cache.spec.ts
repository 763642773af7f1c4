import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contentHash } from '@consilium/shared/crypto';
import { toBase64, utf8 } from '@consilium/shared/encoding';
import type { TrunkCache } from '../trainer-link/messages.js';
import { FeatureCache, type FeatureCacheOptions } from './feature-cache.js';
import { trunkCacheAt } from './testing/trunk-cache.js';

const hash = (text: string) => contentHash(utf8(text));
const image = hash('image');
const KEY: FeatureCacheOptions['key'] = {
  backbone: hash('backbone'),
  geometry: hash('geometry'),
  level: 4,
  preprocessing: hash('preprocessing'),
  engine: 'wasm-1',
};
const VALUES = Float32Array.from([1, -2.5, 3e-9, 123.456]);

let folder = '';
let said: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cache-'));
  said = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

function open(
  { key = KEY, values = VALUES.length }: Partial<FeatureCacheOptions> = {},
  changes: Partial<TrunkCache> = {},
): FeatureCache {
  const warn = (sentence: string): unknown => said.push(sentence);
  return new FeatureCache({ cache: trunkCacheAt(folder, changes), key, values, warn });
}

function filesIn(inside = folder): string[] {
  return readdirSync(inside, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}

/** The one record that was written last by a cache of its own folder. */
async function recordOf(cache: FeatureCache, values = VALUES): Promise<string> {
  const before = new Set(filesIn());
  await cache.write(image, values);
  return filesIn().find((path) => !before.has(path)) ?? '';
}

describe('FeatureCache', () => {
  it('gives back the very values, also after a restart, and nothing for another image', async () => {
    const { values, isKept } = await open().write(image, VALUES);
    expect({ values, isKept }).toEqual({ values: VALUES, isKept: true });
    const restarted = open();
    expect(await restarted.read(image)).toEqual(VALUES);
    expect(await restarted.read(hash('other'))).toBeUndefined();
    const [there, absent] = [{ hash: image }, { hash: hash('other') }];
    expect(await restarted.missing([absent, there])).toEqual([absent]);
    expect(said).toEqual([]);
  });

  it.each([
    { backbone: hash('other') },
    { geometry: hash('other') },
    { level: 3 },
    { preprocessing: hash('other') },
    { engine: 'cpu-1' },
  ])('keeps values apart by everything that decides them: %j', async (other) => {
    const path = await recordOf(open());
    const elsewhere = open({ key: { ...KEY, ...other } });
    expect(await elsewhere.read(image)).toBeUndefined();
    expect(said).toEqual([]);
    const place = await recordOf(
      elsewhere,
      VALUES.map((x) => -x),
    );
    copyFileSync(path, place);
    expect(await elsewhere.read(image)).toBeUndefined();
    expect(said).toHaveLength(1);
  });

  it('opens no record of another image, and says so once', async () => {
    const cache = open();
    const others = ['a', 'b'].map(hash);
    for (const other of [image, ...others]) {
      await cache.write(other, VALUES);
    }
    const [first, ...rest] = filesIn();
    rest.forEach((path) => copyFileSync(first ?? '', path));
    const read = await Promise.all([image, ...others].map((one) => cache.read(one)));
    expect(read.filter((values) => values !== undefined)).toHaveLength(1);
    expect(said).toEqual([expect.stringContaining('of another place')]);
  });

  it('opens nothing under the key of another study or site', async () => {
    const key = toBase64(new Uint8Array(32).fill(8));
    const path = await recordOf(open());
    const place = await recordOf(open({}, { key }));
    expect(place).not.toBe(path);
    copyFileSync(path, place);
    expect(await open({}, { key }).read(image)).toBeUndefined();
    expect(said).toHaveLength(1);
  });

  it('takes a torn record for absent and replaces it', async () => {
    const cache = open();
    const path = await recordOf(cache);
    for (const length of [0, 5, 27, 40]) {
      truncateSync(path, length);
      expect(await cache.missing([{ hash: image }])).toEqual([{ hash: image }]);
      expect(await cache.read(image)).toBeUndefined();
      await cache.write(image, VALUES);
      expect(await cache.read(image)).toEqual(VALUES);
    }
    expect(said).toHaveLength(1);
  });

  it('takes a record for absent whichever byte was altered', async () => {
    const cache = open();
    const path = await recordOf(cache);
    const whole = readFileSync(path);
    for (let at = 0; at < whole.length; at += 1) {
      const altered = Buffer.from(whole);
      altered[at] = (altered[at] ?? 0) ^ 1;
      writeFileSync(path, altered);
      expect(await cache.read(image)).toBeUndefined();
    }
    writeFileSync(path, whole);
    expect(await cache.read(image)).toEqual(VALUES);
  });

  it('leaves no activation and no image hash on disk in clear, no two alike, and no draft', async () => {
    const values = Float32Array.from({ length: 64 }, (_, i) => Math.sin(i) * 100);
    for (const precision of ['f32', 'f16'] as const) {
      const cache = open({ values: 64 }, { precision });
      await cache.write(image, values);
      await cache.write(hash('same values'), values);
    }
    const paths = filesIn();
    const bytes = paths.map((path) => readFileSync(path));
    const plain = Buffer.from(values.buffer);
    const half = Buffer.from(
      (await open({ values: 64 }, { precision: 'f16' }).write(image, values)).values.buffer,
    );
    for (let at = 0; at < plain.length; at += 8) {
      expect(bytes.some((record) => record.includes(plain.subarray(at, at + 8)))).toBe(false);
      expect(bytes.some((record) => record.includes(half.subarray(at, at + 8)))).toBe(false);
    }
    expect(paths.join('\n')).not.toContain(image.slice(7));
    expect(paths.filter((path) => path.endsWith('.tmp'))).toEqual([]);
    expect(new Set(bytes.map((record) => record.toString('base64'))).size).toBe(4);
  });
});

describe('a cache in f16', () => {
  const half = { precision: 'f16' } as const;
  const values = Float32Array.from([1, 1 / 3, 1e6, -1e9, 1e-7, 0]);

  it('gives the rounded values at once and again, clamps to its range and states the error once', async () => {
    const cache = open({ values: 6 }, half);
    const { values: kept } = await cache.write(image, values);
    expect([...kept]).toEqual([1, 0.333251953125, 65504, -65504, 2 ** -23, 0]);
    expect(await open({ values: 6 }, half).read(image)).toEqual(kept);
    cache.sayRounding();
    cache.sayRounding();
    expect(said).toEqual([
      'the trunk cache keeps f16: of 6 activations 2 lie beyond its range and 3 are off by more than 2^-10 of themselves; ' +
        'the largest error is 1.0e+9, the largest relative error 1.0',
    ]);
  });

  it('takes half of the space and has records of its own', async () => {
    await open({ values: 6 }).write(image, values);
    await open({ values: 6 }, half).write(image, values);
    expect(
      filesIn()
        .map((path) => readFileSync(path).length - 28)
        .sort(),
    ).toEqual([12, 24]);
  });

  it('says nothing of values that need no rounding', async () => {
    const cache = open({ values: 2 }, half);
    await cache.write(image, Float32Array.of(0.5, -2));
    cache.sayRounding();
    expect(said).toEqual([]);
  });
});
