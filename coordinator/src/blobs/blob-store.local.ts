/** Blobs as files: written beside their place, synced, renamed, and the folder synced, so a name never stands for half a blob. */
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { contentHash, randomBytes } from '@consilium/shared/crypto';
import { toHex } from '@consilium/shared/encoding';
import { ConsiliumError, type ContentHash } from '@consilium/shared/vocabulary';
import { errorCode } from '../config/error-code.js';
import { syncFolder } from '../config/sync-folder.js';
import { BlobStore, type StoredBlob } from './blob-store.js';

const PREFIX = 'sha256:'.length;

export class LocalBlobStore extends BlobStore {
  private constructor(private readonly folder: string) {
    super();
  }

  /** Removes what an interrupted write left behind. */
  static async open(folder: string): Promise<LocalBlobStore> {
    await mkdir(join(folder, 'drafts'), { recursive: true, mode: 0o700 });
    const drafts = await readdir(join(folder, 'drafts'));
    await Promise.all(drafts.map((name) => rm(join(folder, 'drafts', name), { force: true })));
    return new LocalBlobStore(folder);
  }

  /** Beside a coordinator that runs: its drafts stay. Writes nothing, so the folder need not be there. */
  static reading(folder: string): LocalBlobStore {
    return new LocalBlobStore(folder);
  }

  async put(bytes: Uint8Array): Promise<StoredBlob> {
    const hash = contentHash(bytes);
    const target = this.pathOf(hash);
    const draft = join(this.folder, 'drafts', toHex(randomBytes(8)));
    const shelf = join(target, '..');
    try {
      const made = await mkdir(shelf, { recursive: true, mode: 0o700 });
      await writeSynced(draft, bytes);
      await rename(draft, target);
      await syncFolder(shelf);
      if (made !== undefined) {
        await syncFolder(this.folder);
      }
    } catch (error) {
      await rm(draft, { force: true });
      throw toStoreError(error);
    }
    return { hash, size: bytes.length };
  }

  async size(hash: ContentHash): Promise<number | undefined> {
    try {
      return (await stat(this.pathOf(hash))).size;
    } catch (error) {
      if (errorCode(error) === 'ENOENT') {
        return undefined;
      }
      throw error;
    }
  }

  async read(hash: ContentHash, offset: number, length: number): Promise<Uint8Array> {
    const size = await this.requireSize(hash);
    if (offset < 0 || length < 0 || offset + length > size) {
      throw new ConsiliumError(
        'bad-request',
        `bytes ${offset} to ${offset + length} are not in a blob of ${size} bytes`,
      );
    }
    const file = await open(this.pathOf(hash), 'r');
    try {
      const bytes = new Uint8Array(length);
      const { bytesRead } = await file.read(bytes, 0, length, offset);
      if (bytesRead !== length) {
        throw new ConsiliumError('internal', `blob ${hash} is shorter than it was`);
      }
      return bytes;
    } finally {
      await file.close();
    }
  }

  async readAll(hash: ContentHash): Promise<Uint8Array> {
    const bytes = await this.read(hash, 0, await this.requireSize(hash));
    if (contentHash(bytes) !== hash) {
      throw new ConsiliumError(
        'internal',
        `blob ${hash} has changed on disk: restore it from a backup`,
      );
    }
    return bytes;
  }

  async remove(hash: ContentHash): Promise<void> {
    await rm(this.pathOf(hash), { force: true });
  }

  private async requireSize(hash: ContentHash): Promise<number> {
    const size = await this.size(hash);
    if (size === undefined) {
      throw new ConsiliumError('not-found', `there is no blob ${hash}`);
    }
    return size;
  }

  private pathOf(hash: ContentHash): string {
    const hex = hash.slice(PREFIX);
    return join(this.folder, hex.slice(0, 2), hex.slice(2));
  }
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.datasync();
  } finally {
    await file.close();
  }
}

function toStoreError(error: unknown): unknown {
  const code = errorCode(error);
  return code === 'ENOSPC' || code === 'EDQUOT'
    ? new ConsiliumError('disk-full', 'the disk of the data folder is full: free some space', {
        cause: error,
      })
    : error;
}
