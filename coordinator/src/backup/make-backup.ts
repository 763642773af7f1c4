/** Backs up a coordinator, running or not: one state of its rows, the blobs that they name, its keys and the newest checkpoint. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createContentHash } from '@consilium/shared/crypto';
import { utf8 } from '@consilium/shared/encoding';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { CHECKPOINT_FILE as CHECKPOINT_ON_DISK } from '../audit/signed-memory.js';
import type { BlobStore } from '../blobs/blob-store.js';
import type { CoordinatorConfig } from '../config/config-schema.js';
import { KEY_FILES, keysFolder } from '../config/coordinator-keys.js';
import { errorCode } from '../config/error-code.js';
import { readSecretFile } from '../config/secret-file.js';
import type { DatabaseLocation } from '../database/data-source.js';
import { SOFTWARE_VERSION } from '../platform/software-version.js';
import { FRAME_BYTES, type Frame } from './backup-frames.js';
import {
  blobFileName,
  CHECKPOINT_FILE,
  DATABASE_FILE,
  keyFileName,
  type BackedUpFile,
  type BackupManifest,
} from './backup-manifest.js';
import { postgresSnapshot } from './postgres-snapshot.js';
import type { Snapshot } from './snapshot.js';
import { sqliteSnapshot } from './sqlite-snapshot.js';

export interface BackupSources {
  readonly config: CoordinatorConfig;
  readonly location: DatabaseLocation;
  readonly blobs: BlobStore;
  readonly nowMs: number;
}

/**
 * The frames of a backup.
 * @param told called with the manifest once everything is read
 * @throws ConsiliumError 'wrong-state' for a coordinator that has never run, 'bad-configuration' when a key is missing or `pg_dump`
 * is, 'internal' for a blob that has changed on disk, 'database-busy' | 'disk-full'
 */
export async function* backupFrames(
  sources: BackupSources,
  told: (manifest: BackupManifest) => void,
): AsyncGenerator<Frame> {
  const { config, location } = sources;
  // Before the rows: they may be ahead of it, never behind.
  const checkpoint = await newestCheckpoint(config.dataFolder);
  const snapshot = await takeSnapshot(location);
  const files: BackedUpFile[] = [];
  try {
    for await (const { name, pieces } of filesOf(sources, snapshot, checkpoint)) {
      yield { kind: 'file', content: utf8(name) };
      files.push(yield* dataFrames(name, pieces));
    }
    const { leaves, migration } = snapshot;
    const manifest: BackupManifest = {
      ...{ v: 1, madeAtMs: sources.nowMs, software: SOFTWARE_VERSION, driver: location.driver },
      ...{ migration, logOrigin: config.logOrigin, leaves, files },
    };
    yield { kind: 'manifest', content: utf8(JSON.stringify(manifest)) };
    told(manifest);
  } finally {
    await snapshot.close();
  }
}

interface FileToKeep {
  readonly name: string;
  readonly pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

async function* filesOf(
  { config, blobs }: BackupSources,
  snapshot: Snapshot,
  checkpoint: string,
): AsyncGenerator<FileToKeep> {
  yield { name: CHECKPOINT_FILE, pieces: [utf8(checkpoint)] };
  for (const name of Object.values(KEY_FILES)) {
    const line = readSecretFile(join(keysFolder(config), name), config.keys);
    yield { name: keyFileName(name), pieces: [utf8(line)] };
  }
  yield { name: DATABASE_FILE, pieces: snapshot.read() };
  await requireAdapters(snapshot, blobs);
  for (const hash of [...snapshot.hashes].sort()) {
    if ((await blobs.size(hash)) !== undefined) {
      yield { name: blobFileName(hash), pieces: [await blobs.readAll(hash)] };
    }
  }
}

/** Many hashes in the rows are of documents that are no blobs; those of adapter checkpoints all are. */
async function requireAdapters({ adapters }: Snapshot, blobs: BlobStore): Promise<void> {
  for (const hash of adapters) {
    if ((await blobs.size(hash)) === undefined) {
      const message = `adapter checkpoint ${hash} is missing among the blobs: the store is damaged`;
      throw new ConsiliumError('internal', message);
    }
  }
}

async function* dataFrames(
  name: string,
  pieces: FileToKeep['pieces'],
): AsyncGenerator<Frame, BackedUpFile> {
  const hasher = createContentHash();
  let bytes = 0;
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length; at += FRAME_BYTES) {
      const content = piece.subarray(at, at + FRAME_BYTES);
      hasher.update(content);
      bytes += content.length;
      yield { kind: 'data', content };
    }
  }
  return { name, bytes, hash: hasher.digest() };
}

function takeSnapshot(location: DatabaseLocation): Promise<Snapshot> {
  return location.driver === 'sqlite'
    ? sqliteSnapshot(location.folder)
    : postgresSnapshot(location.url);
}

async function newestCheckpoint(dataFolder: string): Promise<string> {
  const file = join(dataFolder, CHECKPOINT_ON_DISK);
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if (errorCode(cause) !== 'ENOENT') {
      throw cause;
    }
    const message = `there is no ${file}: a coordinator that has never run has nothing to keep`;
    throw new ConsiliumError('wrong-state', message, { cause });
  }
}
