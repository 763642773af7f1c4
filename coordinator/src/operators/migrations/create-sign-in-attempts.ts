/** Failed sign-ins, which a restart shall not forget. */
import { Table, TableIndex, type MigrationInterface, type QueryRunner } from 'typeorm';
import { columnTypes } from '../../database/tables.js';

export class CreateSignInAttempts1764400000005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const type = columnTypes(runner);
    await runner.createTable(
      new Table({
        name: 'sign_in_attempts',
        columns: [
          { ...type.text('nameHash'), isPrimary: true },
          type.integer('failures'),
          type.integer('lastAtMs'),
        ],
      }),
    );
    await runner.createIndex(
      'sign_in_attempts',
      new TableIndex({ name: 'sign_in_attempts_last', columnNames: ['lastAtMs'] }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('sign_in_attempts');
  }
}
