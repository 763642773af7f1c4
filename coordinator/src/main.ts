#!/usr/bin/env node
/**
 * `consilium-coordinator serve [--config FILE]` runs the coordinator until SIGTERM; `migrate` brings the tables up to date and
 * ends. Log lines go to standard error; standard output carries one JSON line when the coordinator listens.
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
import type { CoordinatorConfig } from './config/config-schema.js';
import { loadOrCreateKeys } from './config/coordinator-keys.js';
import { loadConfig } from './config/load-config.js';
import { databaseLocation } from './database/data-source.js';
import { Database } from './database/database.js';
import { closeOnSignals, startApplication } from './platform/application.js';
import { Log } from './platform/logging/log.js';

const USAGE = 'usage: consilium-coordinator serve|migrate [--config FILE]';
const STANDARD_ERROR = 2;

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

async function main(args: readonly string[]): Promise<void> {
  const { command, file } = parseCommand(args);
  const config = loadConfig(file === undefined ? {} : { file });
  if (command === 'migrate') {
    await migrate(config);
  } else {
    await serve(config, Log.to(config.logLevel, pino.destination(STANDARD_ERROR)));
  }
}

interface Command {
  readonly command: 'serve' | 'migrate';
  readonly file?: string;
}

/** @throws ConsiliumError 'bad-request' */
function parseCommand(args: readonly string[]): Command {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { config: { type: 'string' } },
    });
    const [command, ...rest] = positionals;
    if ((command === 'serve' || command === 'migrate') && rest.length === 0) {
      return { command, ...(values.config === undefined ? {} : { file: values.config }) };
    }
  } catch (cause) {
    throw new ConsiliumError('bad-request', USAGE, { cause });
  }
  throw new ConsiliumError('bad-request', USAGE);
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
