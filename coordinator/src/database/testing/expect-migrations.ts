/** Takes every migration up, down and up again and compares what the tables look like. */
import type { DataSource, Table } from 'typeorm';
import { openDataSource, type DatabaseLocation } from '../data-source.js';
import type { Tables } from '../tables.js';

/** Columns of each table, and what the database says about each. */
export interface SchemaStages {
  readonly afterUp: readonly string[];
  readonly afterDown: readonly string[];
  readonly afterSecondUp: readonly string[];
}

export async function migrateUpDownUp(
  location: DatabaseLocation,
  tables: readonly Tables[],
): Promise<SchemaStages> {
  const source = await openDataSource({ location, tables });
  try {
    const count = (await source.runMigrations()).length;
    const afterUp = await describeSchema(source);
    for (let i = 0; i < count; i += 1) {
      await source.undoLastMigration();
    }
    const afterDown = await describeSchema(source);
    await source.runMigrations();
    return { afterUp, afterDown, afterSecondUp: await describeSchema(source) };
  } finally {
    await source.destroy();
  }
}

/** Tables, columns and indexes that the entities' own metadata asks for but the migrations did not make, and the reverse. */
export async function schemaDrift(
  location: DatabaseLocation,
  tables: readonly Tables[],
): Promise<readonly string[]> {
  const source = await openDataSource({ location, tables });
  try {
    await source.runMigrations();
    const runner = source.createQueryRunner();
    const faults: string[] = [];
    for (const entity of source.entityMetadatas) {
      const table = await runner.getTable(entity.tableName);
      const made = new Set(table?.columns.map(({ name }) => name));
      const asked = new Set(entity.columns.map(({ databaseName }) => databaseName));
      const missing = [...asked].filter((name) => !made.has(name));
      const unused = [...made].filter((name) => !asked.has(name));
      faults.push(
        ...missing.map((name) => `${entity.tableName}.${name} is missing`),
        ...unused.map((name) => `${entity.tableName}.${name} is unused`),
      );
    }
    await runner.release();
    return faults;
  } finally {
    await source.destroy();
  }
}

async function describeSchema(source: DataSource): Promise<string[]> {
  const runner = source.createQueryRunner();
  const lines: string[] = [];
  for (const { tableName } of source.entityMetadatas) {
    const table = await runner.getTable(tableName);
    lines.push(...(table === undefined ? [] : describeTable(table)));
  }
  await runner.release();
  return lines.sort();
}

function describeTable({ name, columns, indices, uniques }: Table): string[] {
  return [
    ...columns.map(
      (column) => `${name}.${column.name} ${column.type} ${column.isNullable} ${column.isPrimary}`,
    ),
    ...indices.map((index) => `${name} index ${index.columnNames.join(',')} ${index.isUnique}`),
    ...uniques.map((unique) => `${name} unique ${unique.columnNames.join(',')}`),
  ];
}
