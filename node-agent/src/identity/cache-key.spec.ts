import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromBase64 } from '@consilium/shared/encoding';
import { parseStudyId } from '@consilium/shared/vocabulary';
import { ensureCacheSecret, studyCacheKey } from './cache-key.js';

describe('the secret of the trunk caches', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cache-key-'));
    path = join(folder, 'identity', 'cache-key');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is made once, for its owner alone', async () => {
    const secret = await ensureCacheSecret(path);
    expect(secret).toHaveLength(32);
    expect(await ensureCacheSecret(path)).toEqual(secret);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('gives each study a key of its own, always the same, which is not the secret', async () => {
    const secret = await ensureCacheSecret(path);
    const [cells, lungs] = ['cells', 'lungs'].map((id) => studyCacheKey(secret, parseStudyId(id)));
    expect(fromBase64(cells ?? '')).toHaveLength(32);
    expect(cells).toBe(studyCacheKey(secret, parseStudyId('cells')));
    expect(new Set([cells, lungs, readFileSync(path, 'utf8').trim()]).size).toBe(3);
  });

  it('is refused where others may read it, or where the file holds something else', async () => {
    await ensureCacheSecret(path);
    chmodSync(path, 0o644);
    await expect(ensureCacheSecret(path)).rejects.toMatchObject({ code: 'secret-unreadable' });
    chmodSync(path, 0o600);
    writeFileSync(path, 'c2hvcnQ=\n');
    await expect(ensureCacheSecret(path)).rejects.toMatchObject({ code: 'secret-unreadable' });
  });
});
