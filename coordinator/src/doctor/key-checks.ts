/** The coordinator's own keys, looked at without making any. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CoordinatorConfig } from '../config/config-schema.js';
import { KEY_FILES, keysFolder, loadOrCreateKeys } from '../config/coordinator-keys.js';
import type { CoordinatorKeys } from '../config/coordinator-keys.js';
import { checked, problem, skipped, type Check } from './check.js';

export interface CheckedKeys {
  readonly check: Check;
  /** Undefined where they are missing or cannot be read. */
  readonly keys?: CoordinatorKeys;
}

const RESTORE = 'put the file back from a backup: the log goes on with these keys and no others';

export async function keyCheck(config: CoordinatorConfig): Promise<CheckedKeys> {
  const folder = keysFolder(config);
  const names = Object.values(KEY_FILES);
  const missing = names.filter((name) => !existsSync(join(folder, name)));
  if (missing.length === names.length) {
    return {
      check: skipped('keys', `there are none in ${folder} yet: the first start makes them`),
    };
  }
  if (missing.length > 0) {
    return { check: problem('keys', `${folder} has no ${missing.join(', ')}`, RESTORE) };
  }
  let keys: CoordinatorKeys | undefined;
  const check = await checked('keys', () => {
    keys = loadOrCreateKeys(config);
    return `${names.length} in ${folder}, whole and for their owner alone`;
  });
  return keys === undefined ? { check } : { check, keys };
}
