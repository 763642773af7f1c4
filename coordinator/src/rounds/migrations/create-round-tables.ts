/** Attempts of rounds and what each site of their cohorts said. */
import {
  Table,
  TableForeignKey,
  TableUnique,
  type MigrationInterface,
  type QueryRunner,
} from 'typeorm';
import { columnTypes } from '../../database/tables.js';

export class CreateRoundTables1764000000070 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const type = columnTypes(runner);
    await runner.createTable(
      new Table({
        name: 'attempts',
        columns: [
          { ...type.text('attemptId'), isPrimary: true },
          type.text('studyId'),
          type.integer('roundNo'),
          type.integer('attemptNo'),
          type.text('phase'),
          type.text('manifest'),
          type.text('manifestHash'),
          { ...type.bytes('sealedKey'), isNullable: true },
          { ...type.text('peersHash'), isNullable: true },
          { ...type.text('survivors'), isNullable: true },
          { ...type.text('record'), isNullable: true },
          { ...type.text('reason'), isNullable: true },
          type.integer('openedAtMs'),
          { ...type.integer('endedAtMs'), isNullable: true },
        ],
        uniques: [
          new TableUnique({
            name: 'attempts_number',
            columnNames: ['studyId', 'roundNo', 'attemptNo'],
          }),
        ],
      }),
    );
    await runner.createTable(
      new Table({
        name: 'participants',
        columns: [
          { ...type.text('attemptId'), isPrimary: true },
          { ...type.text('siteId'), isPrimary: true },
          type.text('state'),
          type.boolean('isPeer'),
          { ...type.text('advert'), isNullable: true },
          { ...type.text('decline'), isNullable: true },
          { ...type.text('header'), isNullable: true },
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
    await runner.dropTable('participants');
    await runner.dropTable('attempts');
  }
}
