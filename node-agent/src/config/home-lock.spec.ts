import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockHome } from './home-lock.js';
import { homeAt, type Home } from './home.js';

describe('the lock of a home folder', () => {
  let home: Home;

  beforeEach(async () => {
    home = homeAt(await mkdtemp(join(tmpdir(), 'lock-')));
  });

  afterEach(async () => {
    await rm(home.folder, { recursive: true });
  });

  it('is taken and released', async () => {
    const unlock = await lockHome(home);
    expect(await readFile(home.lockFile, 'utf8')).toContain(String(process.pid));
    await unlock();
    await expect(readFile(home.lockFile)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('is taken over from a process that is gone', async () => {
    await writeFile(home.lockFile, '999999999 1\n');
    await (
      await lockHome(home)
    )();
    await expect(readFile(home.lockFile)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('is refused while the process that holds it lives', async () => {
    const status = await readFile(`/proc/${process.ppid}/stat`, 'utf8');
    const started = status.slice(status.lastIndexOf(')') + 2).split(' ')[19] ?? '';
    await writeFile(home.lockFile, `${process.ppid} ${started}\n`);
    await expect(lockHome(home)).rejects.toMatchObject({ code: 'conflict' });
  });
});
