import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contentHash } from '@consilium/shared/crypto';
import { utf8 } from '@consilium/shared/encoding';
import { FeatureCache, type FeatureKey } from './feature-cache.js';

const folder = mkdtempSync(join(tmpdir(), 'cache-'));
const hash = (text: string) => contentHash(utf8(text));
const image = hash('image');
const key: FeatureKey = {
  backbone: hash('backbone'),
  geometry: hash('geometry'),
  level: 4,
  preprocessing: hash('preprocessing'),
  engine: 'wasm-1',
};
const values = Float32Array.from([1, -2.5, 3e-9]);

afterAll(() => rmSync(folder, { recursive: true }));

describe('FeatureCache', () => {
  it('gives back the very values, and nothing for another image', async () => {
    const cache = new FeatureCache(folder, key, 3);
    await cache.write(image, values);
    expect(await cache.read(image)).toEqual(values);
    expect(await cache.read(hash('other'))).toBeUndefined();
  });

  it.each([
    { backbone: hash('other') },
    { geometry: hash('other') },
    { level: 3 },
    { preprocessing: hash('other') },
    { engine: 'cpu-1' },
  ])('keeps values apart by everything that decides them: %j', async (other) => {
    await new FeatureCache(folder, key, 3).write(image, values);
    expect(await new FeatureCache(folder, { ...key, ...other }, 3).read(image)).toBeUndefined();
  });

  it('takes a file of another length for absent', async () => {
    await new FeatureCache(folder, key, 3).write(image, values);
    expect(await new FeatureCache(folder, key, 4).read(image)).toBeUndefined();
  });

  it('leaves no temporary file', async () => {
    await new FeatureCache(folder, key, 3).write(image, values);
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    expect(names.filter((name) => name.includes('.tmp'))).toEqual([]);
  });
});
