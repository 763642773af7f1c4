import { migrateUpDownUp, schemaDrift } from '../database/testing/expect-migrations.js';
import { testDatabases, TestDatabases } from '../database/testing/test-databases.js';
import { platformTables } from '../platform/platform-tables.js';
import { auditTables } from './audit-tables.js';

describe.each(testDatabases)('the migrations of platform and log on $name', (kind) => {
  const databases = new TestDatabases(kind);
  const tables = [platformTables, auditTables];

  it('go up, down to nothing, and up to the same tables', async () => {
    const stages = await migrateUpDownUp(await databases.location(), tables);
    expect(stages.afterUp.join('\n')).toContain('log_leaves.leafIndex');
    expect(stages.afterDown).toEqual([]);
    expect(stages.afterSecondUp).toEqual(stages.afterUp);
  });

  it('make exactly the columns that the entities name', async () => {
    expect(await schemaDrift(await databases.location(), tables)).toEqual([]);
  });
});
