#!/usr/bin/env node
/**
 * `consilium-coordinator serve [--config FILE]` runs the coordinator until SIGTERM; `migrate` brings the tables up to date and
 * ends; `backup` and `restore` keep it and put it back; `create-admin NAME --token-file FILE` makes the account of an
 * administrator, `sign-in-link NAME` a link of one use to the console. Log lines go to standard error; standard output carries one
 * JSON line when the coordinator listens, or when the command has done its work. What only one command needs is loaded by that
 * one, so that the others do not wait for it.
 */
import 'reflect-metadata';
import { pino } from 'pino';
import { TABLES } from './all-tables.js';
import { CheckpointSigner } from './audit/checkpoint-signer.js';
import { intoSecretFile } from './cli/secret-input.js';
import {
  explainServerFailure,
  runServerProgram,
  type NewAdministrator,
} from './cli/server-program.js';
import type { CoordinatorConfig } from './config/config-schema.js';
import { loadOrCreateKeys } from './config/coordinator-keys.js';
import { ownAddress } from './config/own-address.js';
import { databaseLocation } from './database/data-source.js';
import { Database } from './database/database.js';
import { SystemClock } from './platform/clock.js';
import { Log } from './platform/logging/log.js';

const STANDARD_ERROR = 2;
/** An administrator's first token; whoever needs more makes another in time. */
const TOKEN_DAYS = 90;

async function serve(config: CoordinatorConfig): Promise<object> {
  const { AppModule } = await import('./app.module.js');
  const { closeOnSignals, startApplication } = await import('./platform/application.js');
  const log = Log.to(config.logLevel, pino.destination(STANDARD_ERROR));
  const keys = loadOrCreateKeys(config);
  const application = await startApplication(AppModule.with({ config, keys, log }), {
    config,
    log,
  });
  closeOnSignals(application, log, (error) => {
    process.exit(error === undefined ? 0 : explainServerFailure(error, PRINTING, ARGUMENTS));
  });
  return { event: 'listening', url: application.url };
}

async function migrate(config: CoordinatorConfig): Promise<object> {
  const location = databaseLocation(config);
  const database = await Database.open({ location, tables: TABLES });
  await database.close();
  return { event: 'migrated', database: database.place };
}

/** Works beside a running coordinator. The token goes to a new file of its owner alone, and nowhere else. */
async function createAdmin(config: CoordinatorConfig, wish: NewAdministrator): Promise<object> {
  const { name, tokenFile, password } = wish;
  const { createAdministrator } = await import('./operators/first-administrator.js');
  const { names } = new CheckpointSigner(config, loadOrCreateKeys(config));
  const location = databaseLocation(config);
  const database = await Database.open({ location, tables: TABLES });
  try {
    const { operatorId, expiresAtMs } = await intoSecretFile(tokenFile, async () => {
      const account = { name, password, days: TOKEN_DAYS };
      const answer = await createAdministrator(database, new SystemClock(), names, account);
      return { secret: answer.token, answer };
    });
    return { event: 'administrator', operatorId, tokenFile, expiresAtMs };
  } finally {
    await database.close();
  }
}

/** Works beside a running coordinator. Without an address in the configuration the link is the part below it. */
async function signInLink(config: CoordinatorConfig, name: string): Promise<object> {
  const { makeSignInLink } = await import('./operators/sign-in-link.js');
  const location = databaseLocation(config);
  const database = await Database.open({ location, tables: TABLES });
  try {
    const link = await makeSignInLink(database, new SystemClock(), name);
    const address = ownAddress(config);
    const url = address === undefined ? {} : { url: new URL(link.path, address).href };
    return { event: 'sign-in-link', ...link, ...url };
  } finally {
    await database.close();
  }
}

const ARGUMENTS = process.argv.slice(2);
const PRINTING = {
  print: (text: string) => {
    process.stdout.write(text);
  },
  say: (text: string) => {
    process.stderr.write(text);
  },
  canAsk: process.stdin.isTTY,
};

const exit = await runServerProgram(ARGUMENTS, PRINTING, {
  serve,
  migrate,
  createAdmin,
  signInLink,
  doctor: async (config, full) =>
    (await import('./doctor/diagnose.js')).diagnose(config, TABLES, full),
  backup: async (config, wish) => (await import('./backup/keeping.js')).keepBackup(config, wish),
  checkBackup: async (config, wish) =>
    (await import('./backup/keeping.js')).checkKept(config, TABLES, wish),
  restore: async (config, wish) =>
    (await import('./backup/keeping.js')).putBack(config, TABLES, wish),
});
if (exit !== 0) {
  process.exit(exit);
}
