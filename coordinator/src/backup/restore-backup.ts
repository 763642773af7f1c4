/**
 * Puts a backup back, and says so in the log. What was restored is older than what was lost, so the log may only go on where nobody
 * holds a newer checkpoint of it: whoever does would be shown another history, and refuses. security.md 4.3.
 */
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { signingKeyPairFrom } from '@consilium/shared/crypto';
import { fromBase64 } from '@consilium/shared/encoding';
import type { NoteKey } from '@consilium/shared/log';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { readSignedCheckpoint, SignedMemory } from '../audit/signed-memory.js';
import { LocalBlobStore } from '../blobs/blob-store.local.js';
import type { CoordinatorConfig } from '../config/config-schema.js';
import { KEY_FILES, keysFolder } from '../config/coordinator-keys.js';
import { errorCode } from '../config/error-code.js';
import { readOrCreateSecretFile } from '../config/secret-file.js';
import { SQLITE_FILE, type DatabaseLocation } from '../database/data-source.js';
import type { Tables } from '../database/tables.js';
import type { Clock } from '../platform/clock.js';
import { announceRestored, type RestoredLog } from './announce-restored.js';
import type { KeyOfSalt } from './backup-frames.js';
import {
  blobOfFile,
  CHECKPOINT_FILE,
  DATABASE_FILE,
  keyFileName,
  type BackupManifest,
} from './backup-manifest.js';
import { filesIn, requireEmptyPlace, requireSameKeys } from './empty-place.js';
import { startProgram } from './postgres-programs.js';
import { readBackup } from './read-backup.js';

export interface RestoreTarget {
  readonly config: CoordinatorConfig;
  readonly location: DatabaseLocation;
  /** Of this version of the coordinator; an older backup is brought up to them. */
  readonly tables: readonly Tables[];
  readonly clock: Clock;
}

export interface RestoreWish {
  readonly file: string;
  readonly keyOf: KeyOfSalt;
  /** Signed notes that somebody else holds of this log, by where they came from. */
  readonly checkpoints: ReadonlyMap<string, string>;
}

/** The small files of a backup, as text. */
type Kept = ReadonlyMap<string, string>;

/**
 * Reads the whole backup before it writes anything.
 * @throws ConsiliumError as `readBackup`; 'bad-configuration' where it does not fit the settings
 */
export async function checkBackup(
  { config, location, tables }: Omit<RestoreTarget, 'clock'>,
  { file, keyOf }: Pick<RestoreWish, 'file' | 'keyOf'>,
): Promise<{ readonly manifest: BackupManifest; readonly kept: Kept }> {
  const kept = new Map<string, string>();
  const manifest = await readBackup(file, keyOf, async (name, pieces) => {
    const isSmall = name === CHECKPOINT_FILE || name.startsWith(keyFileName(''));
    const parts: Uint8Array[] = [];
    for await (const piece of pieces) {
      parts.push(...(isSmall ? [piece] : []));
    }
    if (isSmall) {
      kept.set(name, Buffer.concat(parts).toString('utf8'));
    }
  });
  requireFit(manifest, config, location, tables);
  return { manifest, kept };
}

/**
 * @throws ConsiliumError as `checkBackup`; 'conflict' where something is already; 'log-rollback' | 'log-inconsistent' when the log
 * does not hold or a checkpoint is newer than it: then nothing stays in the data folder, though tables may in PostgreSQL
 */
export async function restoreBackup(
  target: RestoreTarget,
  wish: RestoreWish,
): Promise<RestoredLog & { readonly manifest: BackupManifest }> {
  const { config, location } = target;
  await requireEmptyPlace(config, location);
  const { manifest, kept } = await checkBackup(target, wish);
  const keys = keyLinesOf(kept);
  requireSameKeys(config, keys);
  const noteKey = noteKeyOf(config, keys);
  requireNoneNewer(manifest, noteKey, wish.checkpoints);
  try {
    await mkdir(config.dataFolder, { recursive: true, mode: 0o700 });
    const remembered = readSignedCheckpoint(kept.get(CHECKPOINT_FILE) ?? '', noteKey);
    await writeFiles(target, wish);
    const restored = await announceRestored(target, {
      manifest,
      noteKey,
      remembered,
      others: wish.checkpoints,
    });
    await new SignedMemory(config.dataFolder, noteKey).save(remembered);
    // Last: without keys, whatever was left here by a crash cannot sign anything.
    for (const [name, line] of keys) {
      readOrCreateSecretFile(join(keysFolder(config), name), () => line, config.keys);
    }
    return { manifest, ...restored };
  } catch (error) {
    await Promise.all(
      filesIn(config.dataFolder).map((name) =>
        rm(join(config.dataFolder, name), { recursive: true, force: true }),
      ),
    );
    throw error;
  }
}

function requireFit(
  { driver, logOrigin, migration, software }: BackupManifest,
  config: CoordinatorConfig,
  location: DatabaseLocation,
  tables: readonly Tables[],
): void {
  if (driver !== location.driver) {
    throw unfit(`it is of ${driver}, and database.driver is ${location.driver}`);
  }
  if (logOrigin !== config.logOrigin) {
    throw unfit(`its log is called ${logOrigin}, and logOrigin is ${config.logOrigin}`);
  }
  const known = tables.flatMap(({ migrations }) => migrations.map(({ name }) => name));
  if (!known.includes(migration)) {
    throw unfit(`it was made by the newer version ${software}: restore it with that one`);
  }
}

function unfit(reason: string): ConsiliumError {
  return new ConsiliumError('bad-configuration', `the backup does not fit: ${reason}`);
}

/** Lines by file name. @throws ConsiliumError 'bad-request' when one is not there */
function keyLinesOf(kept: Kept): ReadonlyMap<string, string> {
  return new Map(
    Object.values(KEY_FILES).map((name) => {
      const line = kept.get(keyFileName(name));
      if (line === undefined) {
        throw new ConsiliumError('bad-request', `the backup holds no ${name}`);
      }
      return [name, line];
    }),
  );
}

function noteKeyOf(config: CoordinatorConfig, keys: ReadonlyMap<string, string>): NoteKey {
  const { publicKey } = signingKeyPairFrom(fromBase64(keys.get(KEY_FILES.log) ?? ''));
  return { name: config.logOrigin, publicKey };
}

/** @throws ConsiliumError 'log-rollback' when somebody holds a checkpoint of leaves that the backup does not have */
function requireNoneNewer(
  { leaves }: BackupManifest,
  noteKey: NoteKey,
  checkpoints: RestoreWish['checkpoints'],
): void {
  for (const [place, note] of checkpoints) {
    const { size } = readSignedCheckpoint(note, noteKey);
    if (size > leaves) {
      const message = `the backup has ${leaves} leaves and the checkpoint of ${place} has ${size}: whoever holds it would refuse this coordinator for ever; find a newer backup`;
      throw new ConsiliumError('log-rollback', message, { detail: { leaves, signedSize: size } });
    }
  }
}

/** The database and the blobs; what is small was read before. */
async function writeFiles(
  { config, location }: RestoreTarget,
  { file, keyOf }: RestoreWish,
): Promise<void> {
  const blobs = await LocalBlobStore.open(join(config.dataFolder, 'blobs'));
  await readBackup(file, keyOf, async (name, pieces) => {
    const expected = blobOfFile(name);
    if (name === DATABASE_FILE) {
      await writeDatabase(location, pieces);
      return;
    }
    const parts: Uint8Array[] = [];
    for await (const piece of pieces) {
      parts.push(piece);
    }
    if (expected !== undefined && (await blobs.put(Buffer.concat(parts))).hash !== expected) {
      throw new ConsiliumError('bad-request', `the backup holds other bytes as blob ${expected}`);
    }
  });
}

async function writeDatabase(
  location: DatabaseLocation,
  pieces: AsyncIterable<Uint8Array>,
): Promise<void> {
  if (location.driver === 'sqlite') {
    const file = join(location.folder, SQLITE_FILE);
    await pipeline(pieces, createWriteStream(file, { flags: 'wx', mode: 0o600, flush: true }));
    return;
  }
  const options = ['--no-psqlrc', '--quiet', '--single-transaction', '--set', 'ON_ERROR_STOP=1'];
  const { child, done } = startProgram('psql', location.url, options, ['pipe', 'ignore']);
  try {
    await pipeline(pieces, child.stdin ?? new PassThrough());
  } catch (error) {
    // A broken pipe means that it has ended, and says why; otherwise it must not take what it has for all.
    if (errorCode(error) !== 'EPIPE') {
      child.kill('SIGKILL');
      throw error;
    }
  }
  await done;
}
