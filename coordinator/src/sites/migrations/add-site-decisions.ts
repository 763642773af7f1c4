/** Who decided about a site, and which keys it had before. Sites of earlier versions were let in by their invite alone. */
import { Table, TableColumn, type MigrationInterface, type QueryRunner } from 'typeorm';
import { columnTypes } from '../../database/tables.js';

const DECISION_COLUMNS = ['status', 'invitedBy', 'decidedBy', 'decidedAtMs', 'reason'];

export class AddSiteDecisions1764100000010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const type = columnTypes(runner);
    await runner.addColumns('sites', [
      new TableColumn({ ...type.text('status'), default: "'active'" }),
      new TableColumn({ ...type.text('invitedBy'), default: "''" }),
      new TableColumn({ ...type.text('decidedBy'), isNullable: true }),
      new TableColumn({ ...type.integer('decidedAtMs'), isNullable: true }),
      new TableColumn({ ...type.text('reason'), isNullable: true }),
    ]);
    await runner.addColumn(
      'invites',
      new TableColumn({ ...type.text('invitedBy'), default: "''" }),
    );
    await runner.createTable(
      new Table({
        name: 'retired_site_keys',
        columns: [
          { ...type.text('keyId'), isPrimary: true },
          type.text('siteId'),
          type.text('rotation'),
          type.text('rotationHash'),
          type.integer('leafIndex'),
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('retired_site_keys');
    await runner.dropColumn('invites', 'invitedBy');
    for (const column of DECISION_COLUMNS) {
      await runner.dropColumn('sites', column);
    }
  }
}
