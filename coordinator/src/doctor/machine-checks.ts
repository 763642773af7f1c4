/** The folder that the coordinator keeps everything in, its disk, and the memory of the machine. */
import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { LocalBlobStore } from '../blobs/blob-store.local.js';
import { randomBytes } from '@consilium/shared/crypto';
import { errorCode } from '../config/error-code.js';
import { passed, problem, skipped, type Check } from './check.js';

const MIB = 2 ** 20;
const LEAST_FREE_MIB = 1024;
const LEAST_MEMORY_MIB = 1024;
const OTHERS = 0o007;

export async function machineChecks(dataFolder: string): Promise<readonly Check[]> {
  return [
    await folderCheck(dataFolder),
    await blobCheck(join(dataFolder, 'blobs')),
    diskCheck(dataFolder, await freeMiB(dataFolder)),
    memoryCheck(memoryMiB()),
  ];
}

async function folderCheck(folder: string): Promise<Check> {
  const check = 'data folder';
  try {
    const { mode } = await stat(folder);
    await access(folder, constants.W_OK);
    return (mode & OTHERS) === 0
      ? passed(check, `${folder} can be written, and others cannot look into it`)
      : problem(check, `other accounts may look into ${folder}`, `chmod 700 ${folder}`);
  } catch (error) {
    const fix = 'run this as the account of the coordinator, and give it the folder';
    return unwritable(check, folder, error, fix);
  }
}

/** Writes a blob and removes it. */
async function blobCheck(folder: string): Promise<Check> {
  const check = 'blobs';
  const store = LocalBlobStore.reading(folder);
  try {
    const { hash, size } = await store.put(randomBytes(32));
    const bytes = await store.readAll(hash);
    await store.remove(hash);
    return passed(check, `${bytes.length} of ${size} bytes came back from ${folder}`);
  } catch (error) {
    const fix = 'free space there, or give the account of the coordinator the folder';
    return unwritable(check, folder, error, fix);
  }
}

function unwritable(check: string, folder: string, error: unknown, fix: string): Check {
  const code = errorCode(error);
  return code === 'ENOENT'
    ? skipped(check, `${folder} is not there yet: the first start makes it`)
    : problem(check, `${folder} cannot be written (${code})`, fix);
}

/** @param free undefined where no such folder is above */
export function diskCheck(folder: string, free: number): Check {
  const says = `${free} MiB free for ${folder}`;
  return free >= LEAST_FREE_MIB
    ? passed('disk', says)
    : problem('disk', says, `free ${LEAST_FREE_MIB} MiB: a full disk stops every round`);
}

export function memoryCheck(most: number): Check {
  const says = `${most} MiB may be used`;
  return most >= LEAST_MEMORY_MIB
    ? passed('memory', says)
    : problem('memory', says, `give it ${LEAST_MEMORY_MIB} MiB: sums are kept in memory`);
}

async function freeMiB(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return Math.floor((bavail * bsize) / MIB);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' || dirname(folder) === folder) {
      throw error;
    }
    return freeMiB(dirname(folder));
  }
}

/** Of the machine, or of the control group that the process may not leave. */
function memoryMiB(): number {
  const limit = process.constrainedMemory();
  return Math.floor(Math.min(totalmem(), limit > 0 ? limit : Number.POSITIVE_INFINITY) / MIB);
}
