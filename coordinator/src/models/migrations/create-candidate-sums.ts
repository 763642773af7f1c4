/** The sums of candidates, which sites may read before the round is over. */
import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';
import { columnTypes } from '../../database/tables.js';

export class CreateCandidateSums1764300000011 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const type = columnTypes(runner);
    await runner.createTable(
      new Table({
        name: 'candidate_sums',
        columns: [
          { ...type.text('studyId'), isPrimary: true },
          { ...type.text('ringSumHash'), isPrimary: true },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('candidate_sums');
  }
}
