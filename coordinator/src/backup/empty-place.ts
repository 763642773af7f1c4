/** A backup is put back where nothing is: into a data folder without files, and a database without tables. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { Client } from 'pg';
import type { CoordinatorConfig } from '../config/config-schema.js';
import { keysFolder } from '../config/coordinator-keys.js';
import { readSecretFile } from '../config/secret-file.js';
import { placeOf, type DatabaseLocation } from '../database/data-source.js';
import { toCodedError } from '../database/database-errors.js';

/** The root of a file system of its own has this. */
const OF_THE_FILE_SYSTEM = 'lost+found';

/** Files of a folder that may be ours to remove. */
export function filesIn(folder: string): readonly string[] {
  return existsSync(folder)
    ? readdirSync(folder).filter((name) => name !== OF_THE_FILE_SYSTEM)
    : [];
}

/** @throws ConsiliumError 'conflict' when something is there, 'database-busy' */
export async function requireEmptyPlace(
  config: CoordinatorConfig,
  location: DatabaseLocation,
): Promise<void> {
  const [found] = filesIn(config.dataFolder);
  if (found !== undefined) {
    const message = `${join(config.dataFolder, found)} is there already: a backup is restored into an empty data folder`;
    throw new ConsiliumError('conflict', message);
  }
  if (location.driver === 'postgres') {
    await requireNoTables(location);
  }
}

async function requireNoTables(
  location: Extract<DatabaseLocation, { driver: 'postgres' }>,
): Promise<void> {
  const client = new Client({ connectionString: location.url });
  try {
    await client.connect();
    const { rows } = await client.query<{ readonly name: string }>(
      'SELECT table_name AS "name" FROM information_schema.tables WHERE table_schema = current_schema() LIMIT 1',
    );
    if (rows.length > 0) {
      const message = `${placeOf(location)} has tables already: a backup is restored into an empty database`;
      throw new ConsiliumError('conflict', message);
    }
  } catch (error) {
    throw toCodedError(error, placeOf(location));
  } finally {
    await client.end();
  }
}

/**
 * Keys may have been put in place before, as a secret volume has them; then they are the same.
 * @param keys lines by file name
 * @throws ConsiliumError 'conflict' naming the file that holds another key
 */
export function requireSameKeys(
  config: CoordinatorConfig,
  keys: ReadonlyMap<string, string>,
): void {
  for (const [name, line] of keys) {
    const file = join(keysFolder(config), name);
    if (existsSync(file) && readSecretFile(file, config.keys) !== line) {
      throw new ConsiliumError(
        'conflict',
        `${file} holds another key than the backup: move it away`,
      );
    }
  }
}
