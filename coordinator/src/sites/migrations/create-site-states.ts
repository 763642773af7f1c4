/** How sites are: when and for how long they were connected, and what they say of themselves. */
import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';
import { columnTypes } from '../../database/tables.js';

export class CreateSiteStates1764400000010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const type = columnTypes(runner);
    const siteId = { ...type.text('siteId'), isPrimary: true };
    await runner.createTable(
      new Table({
        name: 'site_attendance',
        columns: [siteId, type.integer('lastSeenMs'), type.text('agentVersion')],
      }),
    );
    await runner.createTable(
      new Table({
        name: 'site_attendance_days',
        columns: [
          siteId,
          { ...type.integer('dayMs'), isPrimary: true },
          type.integer('connectedMs'),
        ],
      }),
    );
    await runner.createTable(
      new Table({
        name: 'site_reports',
        columns: [siteId, type.text('report'), type.integer('atMs')],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('site_reports');
    await runner.dropTable('site_attendance_days');
    await runner.dropTable('site_attendance');
  }
}
