import { chmod, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { homeAt, type Home } from '../config/home.js';
import { ensureIdentity, readIdentity } from './keystore.js';

describe('the identity key', () => {
  let home: Home;

  beforeEach(async () => {
    home = homeAt(await mkdtemp(join(tmpdir(), 'key-')));
  });

  afterEach(async () => {
    await rm(home.folder, { recursive: true });
  });

  it('is readable by its owner only and the same at every reading', async () => {
    const key = await ensureIdentity(home.identityFile);
    expect((await stat(home.identityFile)).mode & 0o777).toBe(0o600);
    expect(await ensureIdentity(home.identityFile)).toEqual(key);
  });

  it('is refused when others can read it', async () => {
    await ensureIdentity(home.identityFile);
    await chmod(home.identityFile, 0o640);
    await expect(readIdentity(home.identityFile)).rejects.toMatchObject({
      code: 'secret-unreadable',
    });
  });
});
