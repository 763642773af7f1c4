/** Entries by what they are about, on both databases; before the table of subjects was there as well. */
import {
  parseAttemptId,
  parseContentHash,
  parseSiteId,
  parseStudyId,
} from '@consilium/shared/vocabulary';
import { openDataSource } from '../database/data-source.js';
import { Database } from '../database/database.js';
import { testDatabases, TestDatabases } from '../database/testing/test-databases.js';
import { auditTables } from './audit-tables.js';
import type { NewLeaf } from './audit.service.js';
import { LogEntriesRepository, NO_STUDY, type EntryFilter } from './log-entries.repository.js';
import { auditBench } from './testing/audit-bench.js';

const NEWEST = { before: Number.MAX_SAFE_INTEGER, count: 50 };
const HOUR = 3_600_000;
const hash = parseContentHash(`sha256:${'0'.repeat(64)}`);
const attemptId = parseAttemptId('0'.repeat(32));
const sites = ['north', 'south'].map(parseSiteId);

function leavesOf(study: string): readonly NewLeaf[] {
  const studyId = parseStudyId(study);
  const ofAttempt = { studyId, attemptId, roundNo: 2 };
  return [
    { type: 'access.export', studyId, what: 'bundle' },
    { ...ofAttempt, type: 'round.manifest', attemptNo: 1, manifestHash: hash },
    { ...ofAttempt, type: 'round.adverts', peersHash: hash, sites },
    { type: 'security.refused', studyId, siteId: parseSiteId('south'), code: 'x', message: 'y' },
  ];
}

describe.each(testDatabases)('the entries of the log on $name', (kind) => {
  const databases = new TestDatabases(kind);
  const repository = new LogEntriesRepository();

  /** Leaves 0 and 1 are of the log itself, 2 to 5 of smears, an hour later 6 to 9 of scans. */
  async function filled(database: Database): Promise<number> {
    const bench = auditBench(database, databases.folder());
    await bench.open();
    for (const leaf of leavesOf('smears')) {
      await database.transaction((tx) => bench.audit.append(tx, leaf));
    }
    bench.clock.advance(HOUR);
    for (const leaf of leavesOf('scans')) {
      await database.transaction((tx) => bench.audit.append(tx, leaf));
    }
    return bench.clock.nowMs();
  }

  async function indexes(
    database: Database,
    studies: readonly string[] | undefined,
    filter: EntryFilter,
    page = NEWEST,
  ): Promise<number[]> {
    const found = await database.read((reader) => repository.find(reader, studies, filter, page));
    return found.map(({ index }) => index);
  }

  it('are found by study, round, site, kind and time, the newest first', async () => {
    const database = await databases.open([auditTables]);
    const laterMs = await filled(database);
    const find = (studies: readonly string[] | undefined, filter: EntryFilter): Promise<number[]> =>
      indexes(database, studies, filter);
    expect(await find(undefined, {})).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
    expect(await find(['smears'], {})).toEqual([5, 4, 3, 2]);
    expect(await find([NO_STUDY, 'scans'], {})).toEqual([9, 8, 7, 6, 1, 0]);
    expect(await find([], {})).toEqual([]);
    expect(await find(undefined, { round: 2 })).toEqual([8, 7, 4, 3]);
    expect(await find(undefined, { site: 'north' })).toEqual([8, 4]);
    expect(await find(['smears'], { site: 'south' })).toEqual([5, 4]);
    expect(await find(undefined, { kind: 'round.manifest' })).toEqual([7, 3]);
    expect(await find(undefined, { fromMs: laterMs })).toEqual([9, 8, 7, 6]);
    expect(await find(['smears'], { untilMs: laterMs, round: 2 })).toEqual([4, 3]);
    expect(await find(undefined, { fromMs: laterMs, untilMs: laterMs })).toEqual([]);
  });

  it('come in pages', async () => {
    const database = await databases.open([auditTables]);
    await filled(database);
    expect(await indexes(database, undefined, {}, { before: 8, count: 3 })).toEqual([7, 6, 5]);
    const two = [NO_STUDY, 'smears'];
    expect(await indexes(database, two, {}, { before: 4, count: 3 })).toEqual([3, 2, 1]);
  });

  it('are found in a log that is older than their table', async () => {
    const location = await databases.location();
    const database = await Database.open({ location, tables: [auditTables] });
    await filled(database);
    await database.close();
    const source = await openDataSource({ location, tables: [auditTables] });
    await source.undoLastMigration();
    await source.destroy();
    const again = await databases.open([auditTables], location);
    expect(await indexes(again, ['scans'], { site: 'north' })).toEqual([8]);
    expect(await indexes(again, undefined, {})).toHaveLength(10);
  });
});
