/**
 * Files that outlive a power cut: written beside their place, synced, renamed over it, and the folder synced. Whoever reads
 * the name sees the old bytes or the new ones, never a part.
 */
import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ConsiliumError } from '@consilium/shared/vocabulary';

/** Only the account that runs the agent may read what it keeps. */
export const PRIVATE_FILE = 0o600;
export const PRIVATE_FOLDER = 0o700;

/** @throws ConsiliumError 'disk-full' */
export async function writeDurably(path: string, bytes: Uint8Array | string): Promise<void> {
  const folder = dirname(path);
  const draft = `${path}.draft`;
  try {
    await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
    await writeSynced(draft, bytes);
    await rename(draft, path);
    await syncFolder(folder);
  } catch (error) {
    await rm(draft, { force: true });
    throw diskError(error, folder);
  }
}

/** As writeDurably, for a caller that must not let anything else happen in between; the folder exists. */
export function writeDurablySync(path: string, bytes: Uint8Array): void {
  const draft = `${path}.draft`;
  try {
    writeFileSync(draft, bytes, { mode: PRIVATE_FILE });
    syncSync(draft);
    renameSync(draft, path);
    syncSync(dirname(path));
  } catch (error) {
    throw diskError(error, dirname(path));
  }
}

/** Makes a rename, a new name or a removal in the folder last. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A full disk as the coded error that says so; everything else as it is. */
export function diskError(error: unknown, folder: string): unknown {
  const code = systemCode(error);
  return code === 'ENOSPC' || code === 'EDQUOT'
    ? new ConsiliumError('disk-full', `no space is left for ${folder}`, { cause: error })
    : error;
}

/** The `code` of a system error such as ENOENT. */
export function systemCode(error: unknown): string | undefined {
  return typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    typeof error.code === 'string'
    ? error.code
    : undefined;
}

function syncSync(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

async function writeSynced(path: string, bytes: Uint8Array | string): Promise<void> {
  const handle = await open(path, 'w', PRIVATE_FILE);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
