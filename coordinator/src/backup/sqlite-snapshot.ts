/**
 * Copies an SQLite file table by table in one read transaction, beside a coordinator that goes on writing. What no backup holds is
 * never copied, so it is in no free page either, as a copy of the pages would have it.
 */
import { createReadStream, existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ConsiliumError, type ContentHash } from '@consilium/shared/vocabulary';
import { DataSource } from 'typeorm';
import { SQLITE_FILE } from '../database/data-source.js';
import { toCodedError } from '../database/database-errors.js';
import { EMPTY_TABLES, NULL_COLUMNS } from './left-out.js';
import {
  ADAPTER_HASHES,
  HASH_EXPRESSION,
  LOG_SIZE,
  NEWEST_MIGRATION,
  type Snapshot,
} from './snapshot.js';

const BATCH = 2000;

type Facts = Omit<Snapshot, 'read' | 'close'>;

interface SchemaRow {
  readonly type: string;
  readonly name: string;
  readonly sql: string;
}

interface ColumnRow {
  readonly name: string;
  readonly type: string;
}

/** @throws ConsiliumError 'wrong-state' when there is no such file or no log in it, 'database-busy' | 'disk-full' */
export async function sqliteSnapshot(folder: string): Promise<Snapshot> {
  const original = join(folder, SQLITE_FILE);
  if (!existsSync(original)) {
    throw new ConsiliumError('wrong-state', `there is no ${original}: nothing to keep`);
  }
  const draftFolder = await mkdtemp(join(folder, 'backup-'));
  try {
    const draft = join(draftFolder, SQLITE_FILE);
    const facts = await copied(original, draft);
    return {
      ...facts,
      read: () => createReadStream(draft),
      close: () => rm(draftFolder, { recursive: true, force: true }),
    };
  } catch (error) {
    await rm(draftFolder, { recursive: true, force: true });
    throw toCodedError(error, `the SQLite file in ${folder}`);
  }
}

async function copied(original: string, draft: string): Promise<Facts> {
  const source = new DataSource({ type: 'better-sqlite3', database: draft });
  await source.initialize();
  try {
    // The draft is removed after a crash and never looked into; nothing of it needs to survive one.
    await source.query('PRAGMA journal_mode = OFF');
    await source.query('PRAGMA foreign_keys = OFF');
    await source.query('ATTACH DATABASE ? AS original', [original]);
    await source.query('BEGIN');
    const schema = await source.query<SchemaRow[]>(
      "SELECT type, name, sql FROM original.sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'",
    );
    const tables = schema.filter(({ type }) => type === 'table');
    for (const table of tables) {
      await copyTable(source, table);
    }
    await copySequences(source, tables);
    for (const { sql } of schema.filter(({ type }) => type !== 'table')) {
      await source.query(sql);
    }
    await source.query('COMMIT');
    return await factsOf(source, tables);
  } finally {
    await source.destroy();
  }
}

async function copyTable(source: DataSource, { name, sql }: SchemaRow): Promise<void> {
  await source.query(sql);
  if (EMPTY_TABLES.includes(name)) {
    return;
  }
  const columns = await source.query<ColumnRow[]>(`PRAGMA main.table_info("${name}")`);
  const nulls = NULL_COLUMNS[name] ?? [];
  const names = columns.map((column) => `"${column.name}"`).join(', ');
  const values = columns.map((column) =>
    nulls.includes(column.name) ? 'NULL' : `"${column.name}"`,
  );
  await source.query(
    `INSERT INTO main."${name}" (${names}) SELECT ${values.join(', ')} FROM original."${name}"`,
  );
}

/** The numbers of rows that are gone stay used. */
async function copySequences(source: DataSource, tables: readonly SchemaRow[]): Promise<void> {
  if (tables.some(({ sql }) => /AUTOINCREMENT/i.test(sql))) {
    await source.query('DELETE FROM main.sqlite_sequence');
    await source.query('INSERT INTO main.sqlite_sequence SELECT * FROM original.sqlite_sequence');
  }
}

async function factsOf(source: DataSource, tables: readonly SchemaRow[]): Promise<Facts> {
  const [head] = await source.query<{ readonly size: number }[]>(LOG_SIZE);
  const [newest] = await source.query<{ readonly name: string }[]>(NEWEST_MIGRATION);
  if (head === undefined || newest === undefined) {
    throw new ConsiliumError('wrong-state', 'the coordinator has never run: nothing to keep');
  }
  const hashes = new Set<ContentHash>();
  for (const { name } of tables) {
    await addHashes(source, name, hashes);
  }
  const adapters = await source.query<{ readonly hash: ContentHash }[]>(ADAPTER_HASHES);
  return {
    leaves: head.size,
    migration: newest.name,
    hashes,
    adapters: adapters.map(({ hash }) => hash),
  };
}

async function addHashes(source: DataSource, table: string, into: Set<ContentHash>): Promise<void> {
  const columns = await source.query<ColumnRow[]>(`PRAGMA main.table_info("${table}")`);
  const texts = columns.filter(({ type }) => /text|char/i.test(type));
  if (texts.length === 0) {
    return;
  }
  const text = texts.map(({ name }) => `coalesce("${name}", '')`).join(` || ' ' || `);
  for (let after = -1; ;) {
    const rows = await source.query<{ readonly row: number; readonly text: string }[]>(
      `SELECT rowid AS "row", ${text} AS "text" FROM main."${table}" WHERE rowid > ? ORDER BY rowid LIMIT ${BATCH}`,
      [after],
    );
    for (const [hash] of rows.flatMap((row) => [
      ...row.text.matchAll(new RegExp(HASH_EXPRESSION, 'g')),
    ])) {
      into.add(hash as ContentHash);
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < BATCH) {
      return;
    }
    after = last.row;
  }
}
