/** What leaves are about, indexed, so that nobody who looks for some of them reads the whole log. */
import { Table, TableIndex, type MigrationInterface, type QueryRunner } from 'typeorm';
import { columnTypes } from '../../database/tables.js';
import { subjectsOf, type LeafSubject, type SubjectsOfLeaf } from '../leaf-subjects.js';

const TABLE = 'log_subjects';
const COLUMNS = ['siteId', 'leafIndex', 'type', 'atMs', 'studyId', 'roundNo'];
/** Of each index the last column is the order in which leaves are shown. */
const INDEXES: Readonly<Record<string, string[]>> = {
  log_subjects_study: ['siteId', 'studyId', 'leafIndex'],
  log_subjects_round: ['siteId', 'studyId', 'roundNo', 'leafIndex'],
  log_subjects_type: ['siteId', 'type', 'leafIndex'],
  log_subjects_time: ['siteId', 'atMs', 'leafIndex'],
};
const LEAVES_AT_ONCE = 500;
/** Both databases take this many values in one statement. */
const ROWS_AT_ONCE = 100;

export class AddLeafSubjects1764400000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const type = columnTypes(runner);
    await runner.createTable(
      new Table({
        name: TABLE,
        columns: [
          { ...type.text('siteId'), isPrimary: true },
          { ...type.integer('leafIndex'), isPrimary: true },
          type.text('type'),
          type.integer('atMs'),
          type.text('studyId'),
          type.integer('roundNo'),
        ],
        indices: Object.entries(INDEXES).map(
          ([name, columnNames]) => new TableIndex({ name, columnNames }),
        ),
      }),
    );
    await fill(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable(TABLE);
  }
}

interface LeafRow {
  /** PostgreSQL gives a bigint as text. */
  readonly leafIndex: number | string;
  readonly leaf: string;
}

/** From the leaves that are there. */
async function fill(runner: QueryRunner): Promise<void> {
  for (let next = 0; ;) {
    const leaves = (await runner.query(
      `SELECT "leafIndex", "leaf" FROM "log_leaves" WHERE "leafIndex" >= ${next} ORDER BY "leafIndex" LIMIT ${LEAVES_AT_ONCE}`,
    )) as readonly LeafRow[];
    const subjects = leaves.flatMap(({ leafIndex, leaf }) =>
      subjectsOf(Number(leafIndex), JSON.parse(leaf) as SubjectsOfLeaf),
    );
    for (let i = 0; i < subjects.length; i += ROWS_AT_ONCE) {
      await insert(runner, subjects.slice(i, i + ROWS_AT_ONCE));
    }
    if (leaves.length < LEAVES_AT_ONCE) {
      return;
    }
    next = Number(leaves.at(-1)?.leafIndex) + 1;
  }
}

async function insert(runner: QueryRunner, rows: readonly LeafSubject[]): Promise<void> {
  await runner.manager
    .createQueryBuilder()
    .insert()
    .into(TABLE, COLUMNS)
    .values([...rows])
    .execute();
}
