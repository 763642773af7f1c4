/** The folder that an export fills: it appears whole or not at all. */
import { chmod, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { PRIVATE_FOLDER, systemCode } from '../config/durable-file.js';

/**
 * @param fill writes into the folder that it is given
 * @throws ConsiliumError 'conflict' when the folder holds something already
 */
export async function fillFolder<T>(
  folder: string,
  fill: (draft: string) => Promise<T>,
): Promise<T> {
  await requireEmpty(folder);
  const draft = `${folder}.draft`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true, mode: PRIVATE_FOLDER });
  try {
    const filled = await fill(draft);
    await rm(folder, { recursive: true, force: true });
    await rename(draft, folder);
    await chmod(folder, PRIVATE_FOLDER);
    return filled;
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}

/** Writes files by their names. */
export async function writeFiles(
  folder: string,
  files: ReadonlyMap<string, string | Uint8Array>,
): Promise<void> {
  for (const [name, content] of files) {
    await writeFile(join(folder, name), content, { mode: 0o600 });
  }
}

async function requireEmpty(folder: string): Promise<void> {
  const files = await readdir(folder).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') {
      return [];
    }
    throw error;
  });
  if (files.length > 0) {
    throw new ConsiliumError('conflict', `${folder} is not empty: name a new folder`);
  }
}
