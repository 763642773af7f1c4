/**
 * One state of a PostgreSQL database, as `pg_dump` writes it: the snapshot of a transaction that stays open until the dump is
 * read, so that what the dump says and what is asked of the rows are the same moment.
 */
import { ConsiliumError, type ContentHash } from '@consilium/shared/vocabulary';
import { Client } from 'pg';
import { placeOf } from '../database/data-source.js';
import { toCodedError } from '../database/database-errors.js';
import { withoutSecrets } from './dump-filter.js';
import { EMPTY_TABLES } from './left-out.js';
import { startProgram } from './postgres-programs.js';
import {
  ADAPTER_HASHES,
  HASH_EXPRESSION,
  LOG_SIZE,
  NEWEST_MIGRATION,
  type Snapshot,
} from './snapshot.js';

const CONNECT_MS = 5000;

/** @throws ConsiliumError 'wrong-state' when there is no log, 'database-busy', 'bad-configuration' without `pg_dump` */
export async function postgresSnapshot(url: string): Promise<Snapshot> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS });
  try {
    await client.connect();
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const id = await one(client, 'SELECT pg_export_snapshot()');
    const leaves = Number(await one(client, LOG_SIZE));
    const migration = await one(client, NEWEST_MIGRATION);
    const hashes = await hashesIn(client);
    const { rows } = await client.query<{ readonly hash: ContentHash }>(ADAPTER_HASHES);
    const adapters = rows.map(({ hash }) => hash);
    return {
      ...{ leaves, migration, hashes, adapters },
      read: () => dumped(url, id),
      close: () => client.end(),
    };
  } catch (error) {
    await client.end();
    throw toCodedError(neverRan(error), placeOf({ driver: 'postgres', url }));
  }
}

async function* dumped(url: string, snapshot: string): AsyncGenerator<Uint8Array> {
  const without = EMPTY_TABLES.flatMap((table) => ['--exclude-table-data', table]);
  const options = ['--no-owner', '--no-privileges', '--encoding=UTF8', `--snapshot=${snapshot}`];
  const dump = startProgram('pg_dump', url, [...options, ...without], ['ignore', 'pipe']);
  yield* withoutSecrets((dump.child.stdout ?? []) as AsyncIterable<Buffer>);
  await dump.done;
}

async function hashesIn(client: Client): Promise<ReadonlySet<ContentHash>> {
  const { rows: columns } = await client.query<{ readonly table: string; readonly name: string }>(
    `SELECT table_name AS "table", column_name AS "name" FROM information_schema.columns
     WHERE table_schema = current_schema() AND data_type IN ('text', 'character varying')`,
  );
  const hashes = new Set<ContentHash>();
  for (const { table, name } of columns) {
    const { rows } = await client.query<{ readonly hash: ContentHash }>(
      `SELECT DISTINCT (regexp_matches("${name}", '${HASH_EXPRESSION}', 'g'))[1] AS "hash" FROM "${table}"`,
    );
    rows.forEach(({ hash }) => hashes.add(hash));
  }
  return hashes;
}

async function one(client: Client, query: string): Promise<string> {
  const { rows } = await client.query<(string | number)[]>({ text: query, rowMode: 'array' });
  const value = rows[0]?.[0];
  if (value === undefined) {
    throw new ConsiliumError('wrong-state', 'the coordinator has never run: nothing to keep');
  }
  return String(value);
}

const UNDEFINED_TABLE = '42P01';

function neverRan(error: unknown): unknown {
  return error instanceof Error && 'code' in error && error.code === UNDEFINED_TABLE
    ? new ConsiliumError('wrong-state', 'the database has no tables of a coordinator')
    : error;
}
