/** A coordinator with the controllers of a spec and nothing above the platform, on a free port. */
import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigModule } from '../../config/config.module.js';
import { loadOrCreateKeys, type CoordinatorKeys } from '../../config/coordinator-keys.js';
import { loadConfig } from '../../config/load-config.js';
import { DatabaseModule } from '../../database/database.module.js';
import type { Tables } from '../../database/tables.js';
import { startApplication, type RunningApplication } from '../application.js';
import type { Clock } from '../clock.js';
import type { OperatorActor } from '../http/actor.js';
import { Log } from '../logging/log.js';
import { platformTables } from '../platform-tables.js';
import { PlatformModule } from '../platform.module.js';
import { TEST_TOKEN, testActors, TestOperators } from './test-operator.js';

@Module({})
class TestModule {}

export interface TestApplication extends RunningApplication {
  readonly keys: CoordinatorKeys;
  readonly folder: string;
  /** Opens every route. */
  readonly token: string;
  /** Who else a request may be, by token. */
  readonly actors: Map<string, OperatorActor>;
  /** Lines of the log so far, as objects. */
  lines(): readonly Readonly<Record<string, unknown>>[];
  /** Asks as an operator with every right unless told otherwise. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
}

export interface TestParts {
  readonly controllers?: readonly Type[];
  readonly imports?: readonly Type[];
  readonly tables?: readonly Tables[];
  readonly http?: { readonly port?: number; readonly host?: string };
  /** The system's if not given. */
  readonly clock?: Clock;
  /** More settings. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** 'own' where the imports bring accounts; else the token of the spec is the one that opens everything. */
  readonly operators?: 'own';
}

export async function startTestApplication(parts: TestParts = {}): Promise<TestApplication> {
  const folder = mkdtempSync(join(tmpdir(), 'consilium-spec-'));
  const texts: string[] = [];
  const log = Log.to('debug', { write: (text) => void texts.push(text) });
  const config = loadConfig({
    environment: {},
    flags: { dataFolder: folder, http: { port: 0, ...parts.http }, ...parts.config },
  });
  const keys = loadOrCreateKeys(config);
  const actors = testActors();
  const root: DynamicModule = {
    module: TestModule,
    controllers: [...(parts.controllers ?? [])],
    imports: [
      ConfigModule.with(config, keys),
      DatabaseModule.with([platformTables, ...(parts.tables ?? [])]),
      PlatformModule.with(log, parts.clock),
      ...(parts.operators === 'own' ? [] : [TestOperators.with(actors)]),
      ...(parts.imports ?? []),
    ],
  };
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  };
  const application = await startApplication(root, { config, log }).catch((error: unknown) => {
    remove();
    throw error;
  });
  return {
    ...application,
    keys,
    folder,
    token: TEST_TOKEN,
    actors,
    lines: () => texts.map((text) => JSON.parse(text) as Readonly<Record<string, unknown>>),
    fetch: (path, init = {}) =>
      fetch(application.url + path, {
        ...init,
        headers: {
          authorization: `Bearer ${TEST_TOKEN}`,
          ...(init.headers as Record<string, string>),
        },
      }),
    close: async () => {
      await application.close();
      remove();
    },
  };
}
