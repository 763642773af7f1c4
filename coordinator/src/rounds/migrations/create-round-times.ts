/** When phases began and words of sites came, for the timeline that people are shown. */
import { Table, TableForeignKey, type MigrationInterface, type QueryRunner } from 'typeorm';
import { columnTypes } from '../../database/tables.js';

export class CreateRoundTimes1764200000070 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const type = columnTypes(runner);
    await runner.createTable(
      new Table({
        name: 'round_times',
        columns: [
          { ...type.text('attemptId'), isPrimary: true },
          { ...type.text('siteId'), isPrimary: true },
          { ...type.text('what'), isPrimary: true },
          type.integer('atMs'),
        ],
        foreignKeys: [
          new TableForeignKey({
            columnNames: ['attemptId'],
            referencedTableName: 'attempts',
            referencedColumnNames: ['attemptId'],
          }),
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('round_times');
  }
}
