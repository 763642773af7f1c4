/** What the commands `backup` and `restore` do, from the settings of a coordinator to what they say in data. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LocalBlobStore } from '../blobs/blob-store.local.js';
import type { CoordinatorConfig } from '../config/config-schema.js';
import { databaseLocation } from '../database/data-source.js';
import type { Tables } from '../database/tables.js';
import { SystemClock } from '../platform/clock.js';
import { keysOf, sealFrames } from './backup-frames.js';
import { blobOfFile, type BackupManifest } from './backup-manifest.js';
import { backupFrames } from './make-backup.js';
import { checkBackup, restoreBackup, type RestoreWish } from './restore-backup.js';
import { writeWholeFile } from './whole-file.js';

interface Kept {
  readonly file: string;
  readonly passphrase: string;
}

/** @throws ConsiliumError as `backupFrames` and `writeWholeFile` */
export async function keepBackup(
  config: CoordinatorConfig,
  { file, passphrase }: Kept,
): Promise<object> {
  const blobs = LocalBlobStore.reading(join(config.dataFolder, 'blobs'));
  const sources = { config, location: databaseLocation(config), blobs, nowMs: Date.now() };
  let facts = {};
  const frames = backupFrames(sources, (manifest) => {
    facts = factsOf(manifest);
  });
  await writeWholeFile(file, sealFrames(keysOf(passphrase), frames));
  const { size } = await stat(file);
  return { event: 'backed-up', file, bytes: size, ...facts };
}

/** @throws ConsiliumError as `checkBackup` */
export async function checkKept(
  config: CoordinatorConfig,
  tables: readonly Tables[],
  { file, passphrase }: Kept,
): Promise<object> {
  const target = { config, location: databaseLocation(config), tables };
  const { manifest } = await checkBackup(target, { file, keyOf: keysOf(passphrase) });
  return { event: 'backup-checked', file, ...factsOf(manifest) };
}

/** @throws ConsiliumError as `restoreBackup` */
export async function putBack(
  config: CoordinatorConfig,
  tables: readonly Tables[],
  { file, passphrase, checkpoints }: Kept & Pick<RestoreWish, 'checkpoints'>,
): Promise<object> {
  const location = databaseLocation(config);
  const target = { config, location, tables, clock: new SystemClock() };
  const wish = { file, keyOf: keysOf(passphrase), checkpoints };
  const { manifest, givenUp } = await restoreBackup(target, wish);
  const { dataFolder } = config;
  return { event: 'restored', dataFolder, ...factsOf(manifest), attemptsGivenUp: givenUp };
}

function factsOf({ madeAtMs, software, driver, leaves, files }: BackupManifest): object {
  const blobs = files.filter(({ name }) => blobOfFile(name) !== undefined).length;
  return { madeAtMs, software, driver, leaves, blobs };
}
