/** A site that declined may join later; what it said before stands beside its last word. */
import { TableColumn, type MigrationInterface, type QueryRunner } from 'typeorm';
import { columnTypes } from '../../database/tables.js';

export class AddEarlierWords1764300000012 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const column = { ...columnTypes(runner).text('earlier'), isNullable: true };
    await runner.addColumn('study_joins', new TableColumn(column));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumn('study_joins', 'earlier');
  }
}
