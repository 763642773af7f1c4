/**
 * Chunks of updates on disk, one file each, from their arrival until the attempt ends. A chunk that has its final name is
 * whole: it was written under another name, synced and renamed. So what a restart finds is what need not be sent again.
 */
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  ConsiliumError,
  isAttemptId,
  type AttemptId,
  type SiteId,
} from '@consilium/shared/vocabulary';
import { errorCode } from '../config/error-code.js';
import { syncFolder } from '../config/sync-folder.js';

export interface UploadKey {
  readonly attemptId: AttemptId;
  readonly siteId: SiteId;
}

export interface ChunkPlace extends UploadKey {
  /** From 0. */
  readonly index: number;
}

const CHUNK_FILE = /^(?:0|[1-9]\d{0,9})$/;
const DRAFT = '.draft';

export class ChunkStore {
  /** @param folder the store's own; made when the first chunk arrives. */
  constructor(private readonly folder: string) {}

  /** @throws ConsiliumError 'disk-full' */
  async put(place: ChunkPlace, bytes: Uint8Array): Promise<void> {
    const file = this.fileOf(place);
    try {
      await mkdir(this.folderOf(place), { recursive: true, mode: 0o700 });
      await writeSynced(file + DRAFT, bytes);
      await rename(file + DRAFT, file);
    } catch (error) {
      await rm(file + DRAFT, { force: true });
      throw isDiskFull(error)
        ? new ConsiliumError('disk-full', 'the disk of the data folder is full', { cause: error })
        : error;
    }
  }

  async read(place: ChunkPlace): Promise<Uint8Array> {
    return readFile(this.fileOf(place));
  }

  /** The chunks that are there whole: index and bytes. */
  async found(upload: UploadKey): Promise<ReadonlyMap<number, number>> {
    const names = await namesIn(this.folderOf(upload));
    const chunks = names.filter((name) => CHUNK_FILE.test(name)).map(Number);
    const sizes = await Promise.all(
      chunks.map(async (index) => (await stat(this.fileOf({ ...upload, index }))).size),
    );
    return new Map(chunks.map((index, i) => [index, sizes[i] ?? 0]));
  }

  /** Returns once the names of all chunks that were put would survive a power cut, as their bytes do. */
  async sync(upload: UploadKey): Promise<void> {
    const folders = [this.folderOf(upload), join(this.folder, upload.attemptId), this.folder];
    await Promise.all(folders.map(syncFolder));
  }

  async removeUpload(upload: UploadKey): Promise<void> {
    await rm(this.folderOf(upload), { recursive: true, force: true });
  }

  async removeAttempt(attemptId: AttemptId): Promise<void> {
    await rm(join(this.folder, attemptId), { recursive: true, force: true });
  }

  /** The attempts of which chunks are left. */
  async attempts(): Promise<AttemptId[]> {
    return (await namesIn(this.folder)).filter(isAttemptId);
  }

  /** Both parts are parsed ids: no separator and no dot can be in them. */
  private folderOf({ attemptId, siteId }: UploadKey): string {
    return join(this.folder, attemptId, siteId);
  }

  private fileOf(place: ChunkPlace): string {
    return join(this.folderOf(place), String(place.index));
  }
}

function isDiskFull(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'ENOSPC' || code === 'EDQUOT';
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') {
      return [];
    }
    throw error;
  }
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(path, 'w', 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
