/** Every database a spec must pass on: `describe.each(testDatabases)('on $name', (kind) => { ... })`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  isPostgresAvailable,
  startPostgres,
  type PostgresServer,
} from '../../../../tests/src/support/postgres.js';
import type { DatabaseLocation } from '../data-source.js';
import { Database } from '../database.js';
import type { Tables } from '../tables.js';
import type { Dialect } from '../transaction.js';

export interface TestDatabaseKind {
  readonly name: Dialect;
}

export const testDatabases: readonly TestDatabaseKind[] = isPostgresAvailable()
  ? [{ name: 'sqlite' }, { name: 'postgres' }]
  : [{ name: 'sqlite' }];

/**
 * Gives empty databases of one kind and cleans up behind itself. Make it inside `describe`, it registers its own
 * `afterEach` and `afterAll`.
 */
export class TestDatabases {
  private readonly opened: Database[] = [];
  private readonly folders: string[] = [];
  private server: Promise<PostgresServer> | undefined;

  constructor(private readonly kind: TestDatabaseKind) {
    afterEach(() => this.closeAll());
    afterAll(() => this.stop());
  }

  /** A fresh place for rows; the folder is empty. */
  async location(): Promise<DatabaseLocation> {
    if (this.kind.name === 'sqlite') {
      return { driver: 'sqlite', folder: this.folder() };
    }
    const server = await this.postgres();
    return { driver: 'postgres', url: await server.createDatabase() };
  }

  /** An empty folder that goes with the test. */
  folder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'consilium-spec-'));
    this.folders.push(folder);
    return folder;
  }

  /** Opens a database, a fresh one unless told which; closed after the test. */
  async open(tables: readonly Tables[], location?: DatabaseLocation): Promise<Database> {
    const database = await Database.open({ location: location ?? (await this.location()), tables });
    this.opened.push(database);
    return database;
  }

  /** The server of this kind, for specs that take it away; only PostgreSQL has one. */
  async postgres(): Promise<PostgresServer> {
    this.server ??= startPostgres();
    return this.server;
  }

  private async closeAll(): Promise<void> {
    await Promise.all(this.opened.splice(0).map((database) => database.close()));
    this.folders.splice(0).forEach((folder) => {
      // The log may still be writing its last signature.
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    });
  }

  private async stop(): Promise<void> {
    const server = await this.server;
    await server?.stop();
  }
}
