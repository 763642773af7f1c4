/** Studies, the words of the sites on them, and their rosters. */
import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';
import { columnTypes } from '../../database/tables.js';

export class CreateStudyTables1764000000012 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const type = columnTypes(runner);
    await runner.createTable(
      new Table({
        name: 'studies',
        columns: [
          { ...type.text('studyId'), isPrimary: true },
          type.text('phase'),
          type.text('protocol'),
          type.text('protocolHash'),
          type.integer('createdLeafIndex'),
          type.text('reason'),
        ],
      }),
    );
    await runner.createTable(
      new Table({
        name: 'study_joins',
        columns: [
          { ...type.text('studyId'), isPrimary: true },
          { ...type.text('siteId'), isPrimary: true },
          type.text('join'),
          type.integer('atMs'),
        ],
      }),
    );
    await runner.createTable(
      new Table({
        name: 'rosters',
        columns: [
          { ...type.text('studyId'), isPrimary: true },
          { ...type.integer('epoch'), isPrimary: true },
          type.text('hash'),
          type.integer('leafIndex'),
          type.text('roster'),
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('rosters');
    await runner.dropTable('study_joins');
    await runner.dropTable('studies');
  }
}
