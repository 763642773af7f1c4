/** What only a secure attempt has: who dealt shares, who endorsed the survivors, and, until it ends, the shares themselves. */
import {
  Table,
  TableColumn,
  TableForeignKey,
  type MigrationInterface,
  type QueryRunner,
} from 'typeorm';
import { columnTypes } from '../../database/tables.js';

const ATTEMPT_COLUMNS = ['phaseSinceMs', 'sharersHash', 'survivorsLeaf', 'revealed'];
const PARTICIPANT_COLUMNS = ['isSharer', 'shares', 'endorsement'];

export class AddSecureRounds1764100000070 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const type = columnTypes(runner);
    await runner.addColumns('attempts', [
      new TableColumn({ ...type.integer('phaseSinceMs'), isNullable: true }),
      new TableColumn({ ...type.text('sharersHash'), isNullable: true }),
      new TableColumn({ ...type.text('survivorsLeaf'), isNullable: true }),
      new TableColumn({ ...type.text('revealed'), isNullable: true }),
    ]);
    await runner.addColumns('participants', [
      new TableColumn({ ...type.boolean('isSharer'), default: false }),
      new TableColumn({ ...type.text('shares'), isNullable: true }),
      new TableColumn({ ...type.text('endorsement'), isNullable: true }),
    ]);
    await runner.createTable(
      new Table({
        name: 'round_secrets',
        columns: [
          { ...type.text('attemptId'), isPrimary: true },
          { ...type.text('siteId'), isPrimary: true },
          { ...type.text('entries'), isNullable: true },
          { ...type.text('unmasking'), isNullable: true },
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
    await runner.dropTable('round_secrets');
    for (const column of PARTICIPANT_COLUMNS) {
      await runner.dropColumn('participants', column);
    }
    for (const column of ATTEMPT_COLUMNS) {
      await runner.dropColumn('attempts', column);
    }
  }
}
