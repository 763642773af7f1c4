/** Files that are either whole or absent, whatever is killed when. */
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ConsiliumError } from '@consilium/shared/vocabulary';

export interface WriteOptions {
  /** Wait until the disk has it, so that it survives a loss of power too. */
  readonly sync: boolean;
}

/** Writes beside the target and renames into place. @throws ConsiliumError 'disk-full' when there is no room */
export async function writeWhole(
  path: string,
  parts: readonly Uint8Array[],
  { sync }: WriteOptions,
): Promise<void> {
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path)}.${process.pid}.tmp`);
  try {
    await mkdir(folder, { recursive: true });
    const file = await open(temporary, 'w', 0o600);
    try {
      await file.writev(parts.map((part) => part));
      if (sync) {
        await file.sync();
      }
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    if (sync) {
      await syncFolder(folder);
    }
  } catch (error) {
    await rm(temporary, { force: true });
    throw (error as NodeJS.ErrnoException).code === 'ENOSPC'
      ? new ConsiliumError('disk-full', 'the disk of the data folder is full', { cause: error })
      : error;
  }
}

/** A rename is on disk only once its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
