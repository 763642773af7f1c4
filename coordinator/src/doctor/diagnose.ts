/** Everything that `consilium-coordinator doctor` looks at. It changes nothing: no table is migrated and no key is made. */
import type { CoordinatorConfig } from '../config/config-schema.js';
import type { Tables } from '../database/tables.js';
import { addressChecks } from './address-checks.js';
import { passed, type Check } from './check.js';
import { databaseChecks } from './database-checks.js';
import { keyCheck } from './key-checks.js';
import { machineChecks } from './machine-checks.js';
import { tlsChecks } from './tls-checks.js';

/** @param full checks the whole log, however long it is */
export async function diagnose(
  config: CoordinatorConfig,
  tables: readonly Tables[],
  full: boolean,
): Promise<readonly Check[]> {
  const { check, keys } = await keyCheck(config);
  return [
    passed('settings', `read; the data folder is ${config.dataFolder}`),
    ...(await machineChecks(config.dataFolder)),
    check,
    ...(await databaseChecks({ config, tables, keys, nowMs: Date.now, full })),
    ...(await addressChecks(config)),
    ...(await tlsChecks(config, Date.now())),
  ];
}
