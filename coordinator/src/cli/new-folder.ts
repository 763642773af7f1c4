/** Fills a folder that is empty or does not exist yet; after a failure it is as empty as before. */
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { toFileError } from '../config/file-error.js';

/**
 * @param option that named the folder.
 * @throws ConsiliumError 'conflict' when the folder is not empty, else as `toFileError` and `fill`
 */
export async function fillNewFolder<T>(
  folder: string,
  option: string,
  fill: () => Promise<T>,
): Promise<T> {
  await requireEmpty(folder, option);
  try {
    return await fill();
  } catch (error) {
    for (const name of await readdir(folder)) {
      await rm(join(folder, name), { recursive: true, force: true });
    }
    throw toFileError(folder, error);
  }
}

async function requireEmpty(folder: string, option: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    if ((await readdir(folder)).length === 0) {
      return;
    }
  } catch (error) {
    throw toFileError(folder, error);
  }
  throw new ConsiliumError('conflict', `${folder} is not empty: name a new folder with ${option}`);
}
