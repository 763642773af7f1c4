/** People's keys, what they were asked to sign, and what they signed. */
import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';
import { columnTypes } from '../../database/tables.js';

export class CreateActTables1764000000055 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const type = columnTypes(runner);
    await runner.createTable(
      new Table({
        name: 'person_keys',
        columns: [
          { ...type.text('keyId'), isPrimary: true },
          type.text('operatorId'),
          type.text('kind'),
          type.text('publicKey'),
          type.integer('addedAtMs'),
          { ...type.integer('removedAtMs'), isNullable: true },
        ],
      }),
    );
    await runner.createTable(
      new Table({
        name: 'signing_requests',
        columns: [
          { ...type.text('bodyHash'), isPrimary: true },
          type.text('operatorId'),
          type.integer('expiresAtMs'),
        ],
      }),
    );
    await runner.createTable(
      new Table({
        name: 'acts',
        columns: [
          { ...type.text('actHash'), isPrimary: true },
          type.text('studyId'),
          type.integer('leafIndex'),
          type.text('act'),
        ],
        indices: [{ columnNames: ['studyId', 'leafIndex'] }],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['acts', 'signing_requests', 'person_keys']) {
      await runner.dropTable(table);
    }
  }
}
