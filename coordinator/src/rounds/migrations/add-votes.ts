/** What the sites vote on, and their votes. */
import { TableColumn, type MigrationInterface, type QueryRunner } from 'typeorm';
import { columnTypes } from '../../database/tables.js';

export class AddVotes1764300000070 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const type = columnTypes(runner);
    await runner.addColumn(
      'attempts',
      new TableColumn({ ...type.text('candidate'), isNullable: true }),
    );
    await runner.addColumn(
      'participants',
      new TableColumn({ ...type.text('vote'), isNullable: true }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumn('participants', 'vote');
    await runner.dropColumn('attempts', 'candidate');
  }
}
