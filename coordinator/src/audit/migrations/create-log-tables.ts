/** The log: leaves, its head, signed checkpoints. */
import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';
import { columnTypes } from '../../database/tables.js';

export class CreateLogTables1764000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const type = columnTypes(runner);
    await runner.createTable(
      new Table({
        name: 'log_leaves',
        columns: [
          { ...type.integer('leafIndex'), isPrimary: true },
          type.text('leaf'),
          type.bytes('hash'),
          type.bytes('root'),
        ],
      }),
    );
    await runner.createTable(
      new Table({
        name: 'log_head',
        columns: [
          { ...type.integer('id'), isPrimary: true },
          type.integer('size'),
          type.text('frontier'),
        ],
      }),
    );
    await runner.createTable(
      new Table({
        name: 'log_checkpoints',
        columns: [
          { ...type.integer('size'), isPrimary: true },
          type.text('note'),
          type.integer('atMs'),
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('log_checkpoints');
    await runner.dropTable('log_head');
    await runner.dropTable('log_leaves');
  }
}
