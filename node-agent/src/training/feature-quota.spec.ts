import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { contentHash } from '@consilium/shared/crypto';
import { utf8 } from '@consilium/shared/encoding';
import { FeatureCache } from './feature-cache.js';
import { FeatureQuota } from './feature-quota.js';
import { trunkCacheAt } from './testing/trunk-cache.js';

const hash = (text: string) => contentHash(utf8(text));
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quota-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A record of 100 bytes that was used some minutes ago. */
function record(study: string, name: string, minutesAgo: number): string {
  const path = join(folder, study, 'shelf', name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, new Uint8Array(100));
  const used = Date.now() / 1000 - minutesAgo * 60;
  utimesSync(path, used, used);
  return path;
}

const NAMES = 'abcdef'.split('').map((letter) => letter.repeat(64));
const isThere = (paths: readonly string[]): boolean[] => paths.map((path) => existsSync(path));
const free = (): boolean => false;

/** Room for a record, which is written if there is any. */
async function write(
  quota: FeatureQuota,
  name: string,
  isInUse = free as (path: string) => boolean,
): Promise<boolean> {
  const hasRoom = await quota.reserve(100, isInUse);
  if (hasRoom) {
    record('new', name, 0);
  }
  return hasRoom;
}

describe('the quota of the trunk caches', () => {
  it('drops what was used longest ago first, whichever study it is of, and no more than it must', async () => {
    const paths = [30, 10, 40, 20].map((ago, i) =>
      record(i % 2 === 0 ? 'one' : 'two', NAMES[i] ?? '', ago),
    );
    const quota = new FeatureQuota(folder, 500);
    expect(await write(quota, NAMES[4] ?? '')).toBe(true);
    expect(isThere(paths)).toEqual([true, true, true, true]);
    expect(await write(quota, NAMES[5] ?? '')).toBe(true);
    expect(isThere(paths)).toEqual([true, true, false, true]);
    expect(await write(quota, '0'.repeat(64))).toBe(true);
    expect(isThere(paths)).toEqual([false, true, false, true]);
  });

  it('never drops what is in use, and says when nothing else is left', async () => {
    const [used, other] = [record('one', NAMES[0] ?? '', 50), record('two', NAMES[1] ?? '', 10)];
    const quota = new FeatureQuota(folder, 200);
    const isInUse = (path: string): boolean => path !== other;
    expect(await write(quota, NAMES[2] ?? '', isInUse)).toBe(true);
    expect(isThere([used, other])).toEqual([true, false]);
    expect(await quota.reserve(100, isInUse)).toBe(false);
    expect(isThere([used])).toEqual([true]);
    expect(await new FeatureQuota(folder, 99).reserve(100, free)).toBe(false);
  });

  it('leaves alone what is no record, and what another trainer is writing', async () => {
    const kept = [record('one', 'notes.txt', 500), record('one', `.${NAMES[0]}.77.tmp`, 1)];
    const torn = record('one', `.${NAMES[1]}.77.tmp`, 120);
    const quota = new FeatureQuota(folder, 100);
    expect(await quota.reserve(100, free)).toBe(false);
    expect(isThere([...kept, torn])).toEqual([true, true, false]);
  });

  it('has all of its room where there is no folder yet', async () => {
    expect(await new FeatureQuota(join(folder, 'none'), 100).reserve(100, free)).toBe(true);
  });
});

describe('two studies under one quota', () => {
  const said: string[] = [];
  const open = (study: string): FeatureCache =>
    new FeatureCache({
      cache: trunkCacheAt(join(folder, study), { quotaFolder: folder, quotaBytes: 5 * 44 }),
      key: {
        backbone: hash('b'),
        geometry: hash('g'),
        level: 1,
        preprocessing: hash('p'),
        engine: 'e',
      },
      values: 4,
      warn: (sentence) => said.push(sentence),
    });
  const images = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ hash: hash(`${i}`) }));
  const values = Float32Array.of(1, 2, 3, 4);

  it('take the room of one another, never that of the images they train on', async () => {
    const [before, now] = [open('before'), open('now')];
    for (const image of images(4)) {
      await before.write(image.hash, values);
    }
    await now.missing(images(6));
    const kept = [];
    for (const image of images(6)) {
      kept.push((await now.write(image.hash, values)).isKept);
    }
    expect(kept).toEqual([true, true, true, true, true, false]);
    expect(await open('before').missing(images(4))).toHaveLength(4);
    expect(await open('now').missing(images(6))).toEqual([{ hash: hash('5') }]);
  });

  it('are told once what quota would hold everything', () => {
    const cache = open('now');
    cache.sayTooSmall(5);
    expect(said).toEqual([]);
    cache.sayTooSmall(1_000_000);
    cache.sayTooSmall(1_000_000);
    expect(said).toEqual([expect.stringContaining('all 1000000 images need 44 MB')]);
  });
});
