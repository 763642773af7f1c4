/** Jobs, timers and outbox. */
import { Table, TableIndex, TableUnique, type MigrationInterface, type QueryRunner } from 'typeorm';
import { columnTypes } from '../../database/tables.js';

export class CreatePlatformTables1764000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const type = columnTypes(runner);
    await runner.createTable(
      new Table({
        name: 'jobs',
        columns: [
          type.sequence('id'),
          type.text('kind'),
          type.text('payload'),
          type.text('state'),
          type.integer('attempts'),
          type.integer('dueAtMs'),
          type.text('owner'),
          type.text('lastError'),
        ],
        indices: [new TableIndex({ name: 'jobs_due', columnNames: ['state', 'dueAtMs', 'id'] })],
      }),
    );
    await runner.createTable(
      new Table({
        name: 'timers',
        columns: [
          type.sequence('id'),
          type.text('kind'),
          type.text('key'),
          type.text('payload'),
          type.integer('dueAtMs'),
          type.integer('notBeforeMs'),
          type.integer('failures'),
        ],
        uniques: [new TableUnique({ name: 'timers_kind_key', columnNames: ['kind', 'key'] })],
        indices: [
          new TableIndex({ name: 'timers_due', columnNames: ['notBeforeMs', 'dueAtMs', 'id'] }),
        ],
      }),
    );
    await runner.createTable(
      new Table({
        name: 'outbox',
        columns: [
          type.sequence('id'),
          type.text('studyId'),
          type.text('siteId'),
          type.text('kind'),
          type.text('body'),
          type.integer('createdAtMs'),
        ],
        indices: [new TableIndex({ name: 'outbox_site', columnNames: ['siteId', 'id'] })],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('outbox');
    await runner.dropTable('timers');
    await runner.dropTable('jobs');
  }
}
