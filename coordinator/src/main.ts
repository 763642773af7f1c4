#!/usr/bin/env node
/**
 * `consilium-coordinator serve [--config FILE]` runs the coordinator until SIGTERM; `migrate` brings the tables up to date and
 * ends; `create-admin NAME --token-file FILE` makes the account of an administrator. Log lines go to standard error; standard
 * output carries one JSON line when the coordinator listens, or when the command has done its work.
 */
import 'reflect-metadata';
import { parseArgs } from 'node:util';
import {
  ConsiliumError,
  ERROR_CODES,
  errorCodeOf,
  isConsiliumError,
} from '@consilium/shared/vocabulary';
import { pino } from 'pino';
import { AppModule, TABLES } from './app.module.js';
import { CheckpointSigner } from './audit/checkpoint-signer.js';
import { intoSecretFile, readPassword } from './cli/secret-input.js';
import type { CoordinatorConfig } from './config/config-schema.js';
import { loadOrCreateKeys } from './config/coordinator-keys.js';
import { loadConfig } from './config/load-config.js';
import { databaseLocation } from './database/data-source.js';
import { Database } from './database/database.js';
import { createAdministrator } from './operators/first-administrator.js';
import { closeOnSignals, startApplication } from './platform/application.js';
import { SystemClock } from './platform/clock.js';
import { Log } from './platform/logging/log.js';

const USAGE = `usage: consilium-coordinator serve|migrate [--config FILE]
       consilium-coordinator create-admin NAME --token-file FILE [--password-file FILE] [--config FILE]`;
const STANDARD_ERROR = 2;
/** An administrator's first token; whoever needs more makes another in time. */
const TOKEN_DAYS = 90;

async function serve(config: CoordinatorConfig, log: Log): Promise<void> {
  const keys = loadOrCreateKeys(config);
  const application = await startApplication(AppModule.with({ config, keys, log }), {
    config,
    log,
  });
  process.stdout.write(`${JSON.stringify({ event: 'listening', url: application.url })}\n`);
  closeOnSignals(application, log, (error) => {
    end(error);
  });
}

async function migrate(config: CoordinatorConfig): Promise<void> {
  const location = databaseLocation(config);
  const database = await Database.open({ location, tables: TABLES });
  await database.close();
  process.stdout.write(`${JSON.stringify({ event: 'migrated', database: database.place })}\n`);
}

/** Works beside a running coordinator. The token goes to a new file of its owner alone, and nowhere else. */
async function createAdmin(config: CoordinatorConfig, command: CreateAdmin): Promise<void> {
  const { name, tokenFile, passwordFile } = command;
  const password = await readPassword(passwordFile, `Password for ${name}: `);
  const { names } = new CheckpointSigner(config, loadOrCreateKeys(config));
  const location = databaseLocation(config);
  const database = await Database.open({ location, tables: TABLES });
  try {
    const { operatorId, expiresAtMs } = await intoSecretFile(tokenFile, async () => {
      const account = { name, password, days: TOKEN_DAYS };
      const answer = await createAdministrator(database, new SystemClock(), names, account);
      return { secret: answer.token, answer };
    });
    process.stdout.write(
      `${JSON.stringify({ event: 'administrator', operatorId, tokenFile, expiresAtMs })}\n`,
    );
  } finally {
    await database.close();
  }
}

async function main(args: readonly string[]): Promise<void> {
  const { command, file } = parseCommand(args);
  const config = loadConfig(file === undefined ? {} : { file });
  switch (command.kind) {
    case 'serve':
      return serve(config, Log.to(config.logLevel, pino.destination(STANDARD_ERROR)));
    case 'migrate':
      return migrate(config);
    case 'create-admin':
      return createAdmin(config, command);
  }
}

interface CreateAdmin {
  readonly kind: 'create-admin';
  readonly name: string;
  readonly tokenFile: string;
  readonly passwordFile?: string | undefined;
}

type Command = { readonly kind: 'serve' | 'migrate' } | CreateAdmin;

/** @throws ConsiliumError 'bad-request' */
function parseCommand(args: readonly string[]): { command: Command; file?: string } {
  const { values, positionals } = parseOptions(args);
  const { config, 'token-file': tokenFile, 'password-file': passwordFile } = values;
  const file = config === undefined ? {} : { file: config };
  const [kind, name, ...rest] = positionals;
  const hasFiles = tokenFile !== undefined || passwordFile !== undefined;
  if ((kind === 'serve' || kind === 'migrate') && name === undefined && !hasFiles) {
    return { command: { kind }, ...file };
  }
  const isComplete = name !== undefined && tokenFile !== undefined && rest.length === 0;
  if (kind === 'create-admin' && isComplete) {
    return { command: { kind, name, tokenFile, passwordFile }, ...file };
  }
  throw new ConsiliumError('bad-request', USAGE);
}

function parseOptions(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { config: text, 'token-file': text, 'password-file': text },
    });
  } catch (cause) {
    throw new ConsiliumError('bad-request', USAGE, { cause });
  }
}

/** One sentence for the person at the terminal, and the exit code of what went wrong. */
function end(error?: unknown): void {
  if (error === undefined) {
    process.exit(0);
  }
  const code = errorCodeOf(error);
  const message = error instanceof Error ? error.message : 'something that is no error was thrown';
  process.stderr.write(`consilium-coordinator: ${message}\n`);
  if (!isConsiliumError(error) && error instanceof Error) {
    process.stderr.write(`${error.stack ?? ''}\n`);
  }
  process.exit(ERROR_CODES[code].exit);
}

await main(process.argv.slice(2)).catch(end);
