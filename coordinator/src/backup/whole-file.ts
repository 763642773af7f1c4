/** Writes a file that is there whole, on disk and under its name, or not at all; never over another one. */
import { existsSync } from 'node:fs';
import { link, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { toFileError } from '../config/file-error.js';
import { syncFolder } from '../config/sync-folder.js';

const OWNER_ONLY = 0o600;

/** @throws ConsiliumError 'conflict' when the file exists, 'bad-request' where none can be made, 'disk-full' */
export async function writeWholeFile(
  path: string,
  pieces: AsyncIterable<Uint8Array>,
): Promise<void> {
  const draft = `${path}.part`;
  try {
    requireAbsent(path);
    await writeSynced(draft, pieces);
  } catch (error) {
    throw toFileError(draft, error);
  }
  try {
    await link(draft, path);
    await syncFolder(dirname(path));
  } catch (error) {
    throw toFileError(path, error);
  } finally {
    await rm(draft, { force: true });
  }
}

function requireAbsent(path: string): void {
  if (existsSync(path)) {
    throw new ConsiliumError('conflict', `${path} exists: name another place`);
  }
}

async function writeSynced(draft: string, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  const file = await open(draft, 'wx', OWNER_ONLY);
  try {
    for await (const piece of pieces) {
      await file.writeFile(piece);
    }
    await file.sync();
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}
