/**
 * A whole coordinator from the sources, in a process of its own, with hospitals that answer as honest ones do and need a while for
 * it: what the console's pages are looked at against. Arguments: data folder, port, number of rounds, milliseconds that a site
 * trains, number of further sites that only stand in the list. A folder that has a study already is served as it is, without the hospitals.
 */
import 'reflect-metadata';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AppModule } from './app.module.js';
import { CheckpointSigner } from './audit/checkpoint-signer.js';
import { loadOrCreateKeys } from './config/coordinator-keys.js';
import { loadConfig } from './config/load-config.js';
import { Database } from './database/database.js';
import { createAdministrator } from './operators/first-administrator.js';
import { startApplication } from './platform/application.js';
import { SystemClock } from './platform/clock.js';
import { Log } from './platform/logging/log.js';
import { addCrowd } from './console/testing/crowd.js';
import { LivingStudy } from './console/testing/living-study.js';

const ANY_PORT = '0';
const [folder = '', port = ANY_PORT, rounds = '3', trainMs = '300', crowd = '0'] =
  process.argv.slice(3);
const ONE_DAY = 1;

async function main(): Promise<void> {
  const isNew = !existsSync(join(folder, 'coordinator.sqlite'));
  // Passkeys are bound to a host name.
  const publicUrl = port === ANY_PORT ? undefined : `http://localhost:${port}`;
  const config = loadConfig({
    environment: {},
    flags: {
      dataFolder: folder,
      ...(publicUrl === undefined ? {} : { publicUrl }),
      http: { host: '127.0.0.1', port: Number(port) },
      limits: { requestsPerMinute: 100_000 },
    },
  });
  const log = Log.to('silent');
  const keys = loadOrCreateKeys(config);
  const application = await startApplication(AppModule.with({ config, keys, log }), {
    config,
    log,
  });
  const { nest } = application;
  const url = publicUrl ?? application.url;
  if (!isNew) {
    say({ event: 'listening', url });
    return;
  }
  const { names } = nest.get(CheckpointSigner, { strict: false });
  const account = { name: 'root', days: ONE_DAY };
  const database = nest.get(Database, { strict: false });
  const { token } = await createAdministrator(database, new SystemClock(), names, account);
  const study = new LivingStudy(nest, Number(trainMs));
  await study.prepare(Number(rounds));
  await addCrowd(nest, Number(crowd));
  say({ event: 'listening', url, token });
  await study.live();
}

function say(event: object): void {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : 'failed'}\n`);
  process.exit(1);
});
