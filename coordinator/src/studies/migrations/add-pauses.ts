/** People pause a running study; studies of before this are not paused. */
import { TableColumn, type MigrationInterface, type QueryRunner } from 'typeorm';
import { columnTypes } from '../../database/tables.js';

export class AddPauses1764400000012 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const column = { ...columnTypes(runner).text('pause'), isNullable: true };
    await runner.addColumn('studies', new TableColumn(column));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumn('studies', 'pause');
  }
}
