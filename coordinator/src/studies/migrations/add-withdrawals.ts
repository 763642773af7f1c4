/** A site's signed word that it leaves a study stands beside the one with which it joined. */
import { TableColumn, type MigrationInterface, type QueryRunner } from 'typeorm';
import { columnTypes } from '../../database/tables.js';

export class AddWithdrawals1764100000012 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const column = { ...columnTypes(runner).text('withdrawal'), isNullable: true };
    await runner.addColumn('study_joins', new TableColumn(column));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumn('study_joins', 'withdrawal');
  }
}
