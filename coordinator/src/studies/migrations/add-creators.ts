/** Who created a study reaches it; of studies before this nobody is known, and an administrator assigns them. */
import { TableColumn, type MigrationInterface, type QueryRunner } from 'typeorm';
import { columnTypes } from '../../database/tables.js';

export class AddCreators1764200000012 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const column = { ...columnTypes(runner).text('createdBy'), isNullable: true };
    await runner.addColumn('studies', new TableColumn(column));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumn('studies', 'createdBy');
  }
}
