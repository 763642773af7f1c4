/**
 * One agent a home folder: two would write one journal. The lock names a process and when it started, so that neither a crash
 * nor a process id that is used again keeps a hospital out.
 */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { PRIVATE_FILE, systemCode } from './durable-file.js';
import type { Home } from './home.js';

/** @returns what releases the lock. @throws ConsiliumError 'conflict' while another agent runs over the folder */
export async function lockHome({ lockFile, folder }: Home): Promise<() => Promise<void>> {
  const mine = await describeProcess(process.pid);
  if (!(await tryWrite(lockFile, mine))) {
    const holder = await readIfThere(lockFile);
    const pid = Number.parseInt(holder, 10);
    if (holder !== mine && isAlive(pid) && (await describeProcess(pid)) === holder) {
      throw new ConsiliumError('conflict', `an agent runs over ${folder} already (process ${pid})`);
    }
    await writeFile(lockFile, mine, { mode: PRIVATE_FILE });
  }
  return () => rm(lockFile, { force: true });
}

async function tryWrite(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { mode: PRIVATE_FILE, flag: 'wx' });
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') {
      return false;
    }
    throw error;
  }
}

/** The process id, and on Linux the clock tick in which it started (field 22 of /proc/PID/stat, proc(5)). */
async function describeProcess(pid: number): Promise<string> {
  const status = await readIfThere(`/proc/${pid}/stat`);
  // The second field is a name in brackets that may hold spaces: count from its end.
  const started = status.slice(status.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  return `${pid} ${started}\n`;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') {
      return '';
    }
    throw error;
  }
}
