import { contentHash } from '@consilium/shared/crypto';
import { utf8 } from '@consilium/shared/encoding';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { FeatureCache } from './feature-cache.js';
import { trunkCacheAt } from './testing/trunk-cache.js';
import { writeWhole } from './write-file.js';

jest.mock('./write-file.js', () => ({ writeWhole: jest.fn() }));

const hash = contentHash(utf8('anything'));
const key = { backbone: hash, geometry: hash, level: 1, preprocessing: hash, engine: 'e' };

describe('a cache whose disk fails', () => {
  const said: string[] = [];
  const write = async (cache: FeatureCache) => (await cache.write(hash, Float32Array.of(1))).isKept;
  const open = () =>
    new FeatureCache({
      cache: trunkCacheAt('/nowhere'),
      key,
      values: 1,
      warn: (sentence) => said.push(sentence),
    });

  it('goes on without it while it is full, says so once, and tries again in the next job', async () => {
    const cache = open();
    jest.mocked(writeWhole).mockRejectedValue(new ConsiliumError('disk-full', 'full'));
    expect([await write(cache), await write(cache)]).toEqual([false, false]);
    expect(writeWhole).toHaveBeenCalledTimes(1);
    expect(said).toEqual([expect.stringContaining('is full')]);
    jest.mocked(writeWhole).mockResolvedValue();
    await cache.missing([{ hash }]);
    expect(await write(cache)).toBe(true);
    expect(said).toHaveLength(1);
  });

  it('hides no other fault', async () => {
    jest.mocked(writeWhole).mockRejectedValue(new Error('EACCES'));
    await expect(write(open())).rejects.toThrow('EACCES');
  });
});
