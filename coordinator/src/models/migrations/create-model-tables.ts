/** Backbones and adapter checkpoints. */
import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';
import { columnTypes } from '../../database/tables.js';

export class CreateModelTables1764000000011 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const type = columnTypes(runner);
    await runner.createTable(
      new Table({
        name: 'backbones',
        columns: [
          { ...type.text('hash'), isPrimary: true },
          type.text('description'),
          type.integer('registeredAtMs'),
        ],
      }),
    );
    await runner.createTable(
      new Table({
        name: 'adapter_checkpoints',
        columns: [
          { ...type.text('studyId'), isPrimary: true },
          { ...type.integer('roundNo'), isPrimary: true },
          type.text('hash'),
          type.text('ringSumHash'),
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('adapter_checkpoints');
    await runner.dropTable('backbones');
  }
}
