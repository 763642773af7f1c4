/** Sites and the invites that bring them in. */
import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';
import { columnTypes } from '../../database/tables.js';

export class CreateSiteTables1764000000010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const type = columnTypes(runner);
    await runner.createTable(
      new Table({
        name: 'sites',
        columns: [
          { ...type.text('siteId'), isPrimary: true },
          { ...type.text('keyId'), isUnique: true },
          type.text('identityKey'),
          type.text('enrolment'),
          type.integer('enrolledAtMs'),
        ],
      }),
    );
    await runner.createTable(
      new Table({
        name: 'invites',
        columns: [
          { ...type.text('inviteHash'), isPrimary: true },
          type.text('siteId'),
          type.integer('expiresAtMs'),
          type.boolean('used'),
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('invites');
    await runner.dropTable('sites');
  }
}
