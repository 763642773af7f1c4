/** Evaluations as the sites signed them. */
import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';
import { columnTypes } from '../../database/tables.js';

export class CreateEvaluationTables1764000000060 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const type = columnTypes(runner);
    await runner.createTable(
      new Table({
        name: 'evaluations',
        columns: [
          { ...type.text('studyId'), isPrimary: true },
          { ...type.text('siteId'), isPrimary: true },
          { ...type.integer('roundNo'), isPrimary: true },
          { ...type.text('split'), isPrimary: true },
          type.text('evaluation'),
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('evaluations');
  }
}
